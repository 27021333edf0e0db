/** What of the base belongs into the image, and who made it: this very node, its loader and libraries, with their licences. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PREFIX = path.resolve(process.execPath, '../..');

/** Where releases of node, and distributions, have its licence. */
const NODE_LICENCES = [
  path.join(PREFIX, 'LICENSE'),
  path.join(PREFIX, 'share/doc/node/LICENSE'),
  '/usr/share/doc/nodejs/copyright',
  '/usr/share/licenses/nodejs/LICENSE',
];

/** Loader and libraries under the names by which they were asked for; and what an older glibc loads for names of hosts. */
export function loadedLibraries() {
  process.report.excludeNetwork = true;
  const loaded = process.report
    .getReport()
    .sharedObjects.filter((file) => file.startsWith('/') && /\.so(\.[\d.]+)?$/.test(file));
  const libc = loaded.find((file) => path.basename(file) === 'libc.so.6');
  const byName = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2']
    .map((name) => path.join(path.dirname(libc ?? '/none/libc'), name))
    .filter((file) => existsSync(file));
  return [...new Set([...loaded, ...byName])].sort();
}

function dpkg(...args) {
  const { status, stdout } = spawnSync('dpkg-query', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The Debian package of a library; undefined on another distribution. Its list may say /usr/lib for /lib. */
export function packageOf(file) {
  const found = [file, `/usr${file}`]
    .map((name) => dpkg('--search', name))
    .find((said) => said !== undefined);
  const name = found?.split(':')[0];
  if (name === undefined) return undefined;
  const [version, arch] = dpkg('--show', '--showformat', '${Version}\t${Architecture}\n', name).split(/\s/);
  return { name, version, purl: `pkg:deb/debian/${name}@${version.replaceAll('+', '%2B')}?arch=${arch}` };
}

/** Node, which scanners know by its CPE, with the libraries that are built into it. */
export function nodeItself() {
  const { node: version, modules, napi, ...parts } = process.versions;
  return {
    type: 'application',
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    license: 'MIT',
    parts: Object.entries(parts).map(([name, each]) => ({
      name,
      version: each,
      purl: `pkg:generic/${name}@${encodeURIComponent(each)}`,
    })),
  };
}

export function nodeLicence() {
  const found = NODE_LICENCES.find((file) => existsSync(file));
  if (found === undefined)
    throw new Error(`the base image holds no licence of node\n  next: put it to ${NODE_LICENCES[0]} there`);
  return found;
}
