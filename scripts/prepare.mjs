/**
 * Makes a fresh clone ready: dependencies and build, where they are missing or older than the sources.
 * Needs nothing but Node, and never writes to standard output: what follows may print data there.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './dependencies.mjs';
import { withFileLock } from './file-lock.mjs';
import { isBuilt } from './source-digest.mjs';

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');
const quiet = process.argv.includes('--quiet');
const say = (text) => process.stderr.write(text);

function unfit() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    return `vault-lifeboat needs Node 20.19 or newer, and this is ${process.versions.node}.`;
  if (process.platform !== 'linux')
    return `vault-lifeboat runs on Linux, and this is ${process.platform}: use a Linux machine, a container or WSL.`;
  return undefined;
}

/** One line: what is done, and how long it took once it is done. */
async function step(text, work) {
  const start = Date.now();
  say(`${text} ... `);
  const problem = await work();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  say(problem === undefined ? `${seconds} s\n` : `failed after ${seconds} s\n${problem.trimEnd()}\n`);
  return problem === undefined;
}

function build() {
  const args = [path.join(ROOT, 'scripts/build.mjs'), '--outputs'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? undefined : `${stderr}scripts/build.mjs ended with ${status}`;
}

async function prepare() {
  if (!isInstalled(ROOT) && !(await step('installing the dependencies (npm ci)', () => install(ROOT)))) {
    say('  next: check that npm reaches its registry (proxy, certificates), then run this again\n');
    return 1;
  }
  if (!isBuilt(ROOT) && !(await step('building', async () => build()))) return 1;
  return 0;
}

async function main() {
  const reason = unfit();
  if (reason !== undefined) {
    say(`${reason}\n`);
    return 1;
  }
  if (isInstalled(ROOT) && isBuilt(ROOT)) {
    if (!quiet) say('dependencies and build are up to date\n');
    return 0;
  }
  // Not in the repository: it would stand there as an untracked file; not in node_modules: `npm ci` removes that.
  const name = createHash('sha256').update(ROOT).digest('hex').slice(0, 16);
  const lock = path.join(tmpdir(), `vault-lifeboat-${userInfo().uid}`, `prepare-${name}`);
  return await withFileLock(lock, prepare, () => say('waiting for another run that prepares this clone\n'));
}

process.exitCode = await main();
