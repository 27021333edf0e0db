/** node_modules as package-lock.json says: is it so, and `npm ci` where it is not. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const STAMP = 'node_modules/.installed-from';

/** The lock file and the machine: a folder that was copied from another platform holds the wrong binaries. */
function wanted(root) {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}\n`;
}

/** May be absent: optional, and not the part of a package that is made for this very platform. */
function mayBeAbsent({ optional, os = [], cpu = [], libc = ['glibc'] }) {
  return optional && !(os.includes(process.platform) && cpu.includes(process.arch) && libc.includes('glibc'));
}

/** npm's own note of what it installed: equal to the lock file but for what another platform would need. */
function equalsLock(root) {
  const note = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(note)) return false;
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages;
  for (const [name, entry] of Object.entries(lock)) {
    if (name === '') continue;
    const found = installed[name];
    if (found === undefined) {
      if (!mayBeAbsent(entry)) return false;
    } else if (found.version !== entry.version) return false;
  }
  return Object.keys(installed).every((name) => name in lock);
}

export function isInstalled(root) {
  const stamp = path.join(root, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted(root)) return true;
  // Installed by hand, perhaps.
  if (!equalsLock(root)) return false;
  writeFileSync(stamp, wanted(root));
  return true;
}

/** npm as it was called, else the one of the PATH. */
function npm() {
  const cli = process.env.npm_execpath;
  return cli !== undefined && path.basename(cli) === 'npm-cli.js' ? [process.execPath, cli] : ['npm'];
}

/** The lines that say why, without npm's page on how it is used. */
function reason(said) {
  const lines = said.split('\n').filter((line) => /^npm error \S/.test(line));
  return lines
    .map((line) => `${line.replace('npm error ', '  ')}\n`)
    .slice(0, 8)
    .join('');
}

/** Resolves to npm's own words where it failed. No install script of any package runs. */
export async function install(root) {
  const [command, ...first] = npm();
  const flags = ['--ignore-scripts', '--no-fund', '--no-audit', '--include=dev', '--include=optional'];
  const child = spawn(command, [...first, 'ci', ...flags], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(0, 20_000);
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status) => resolve(status));
  });
  if (code !== 0) return `${reason(said)}npm ci ended with ${code}`;
  writeFileSync(path.join(root, STAMP), wanted(root));
  return undefined;
}
