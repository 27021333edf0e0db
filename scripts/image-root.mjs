/**
 * `node scripts/image-root.mjs FOLDER`: lays out the whole root of lifeboat's image: the node that runs this, its loader
 * and libraries, the program and our chart, CA roots, licences and the bill of materials. Run by the Dockerfile, on any
 * processor and over any base with node: what is copied is what this very process has loaded, not a list of paths.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { loadedLibraries, nodeItself, nodeLicence, packageOf } from './image-parts.mjs';
import { packagesIn, sbom } from './sbom.mjs';

const SOURCES = path.resolve(fileURLToPath(import.meta.url), '../..');

/** The kernel starts node for it: there is no shell. */
const COMMAND = `#!/usr/local/bin/node
process.argv[1] = '/app/lifeboat.cjs';
require('/app/lifeboat.cjs');
`;

/** The users whose names libraries ask for; a pod may run as any other. */
const TEXTS = {
  'etc/passwd': 'root:x:0:0:root:/tmp:/sbin/nologin\nlifeboat:x:100:1000:lifeboat:/tmp:/sbin/nologin\n',
  'etc/group': 'root:x:0:\nlifeboat:x:1000:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  // Those that node itself trusts (Mozilla's), for what reads a file.
  'etc/ssl/certs/ca-certificates.crt': `${tls.rootCertificates.join('\n')}\n`,
};

/** The files of one root. */
function rootAt(folder) {
  const place = (name) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    return file;
  };
  const write = (name, content, mode = 0o644) => {
    const file = place(name);
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  const copy = (from, to, mode) => write(to, readFileSync(from), mode);
  // Modes are ours too: those of a checkout depend on its umask.
  const copyFolder = (from, to) => {
    for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const isProgram = (statSync(file).mode & 0o100) !== 0;
      if (entry.isFile()) copy(file, path.join(to, path.relative(from, file)), isProgram ? 0o755 : 0o644);
    }
  };
  return { place, write, copy, copyFolder };
}

function copyLibraries({ copy }) {
  const made = new Map();
  for (const file of loadedLibraries()) {
    copy(file, file, 0o755);
    const of = packageOf(file) ?? { name: file };
    const copyright = `/usr/share/doc/${of.name}/copyright`;
    if (existsSync(copyright)) copy(copyright, `usr/share/licenses/${of.name}/copyright`);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    const { parts } = made.get(of.name) ?? { parts: [] };
    made.set(of.name, { ...of, parts: [...parts, { type: 'file', name: file, sha256 }] });
  }
  return [...made.values()];
}

function layOut(folder) {
  const root = rootAt(folder);
  for (const [name, text] of Object.entries(TEXTS)) root.write(name, text);
  mkdirSync(root.place('tmp'));
  chmodSync(root.place('tmp'), 0o1777);
  root.copy(process.execPath, 'usr/local/bin/node', 0o755);
  root.copy(nodeLicence(), 'usr/share/licenses/node/LICENSE');
  root.write('usr/local/bin/lifeboat', COMMAND, 0o755);
  root.copyFolder(path.join(SOURCES, 'dist'), 'app');
  root.copyFolder(path.join(SOURCES, 'charts'), 'app/charts');
  root.copy(path.join(SOURCES, 'LICENSE'), 'app/LICENSE');
  const ours = JSON.parse(readFileSync(path.join(SOURCES, 'package.json'), 'utf8'));
  const packages = packagesIn(readFileSync(path.join(SOURCES, 'dist/sbom.cdx.json'), 'utf8'));
  root.write('app/sbom.cdx.json', sbom(ours, packages, [nodeItself(), ...copyLibraries(root)]));
}

try {
  layOut(path.resolve(process.argv[2]));
} catch (error) {
  process.stderr.write(`the root of the image cannot be laid out: ${error.message}\n`);
  process.exitCode = 1;
}
