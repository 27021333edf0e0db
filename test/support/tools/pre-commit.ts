/** pre-commit with all that it needs, in a folder of the cache: a Python package that is no single binary. */
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { withFileLock } from '../../../scripts/file-lock.mjs';
import { cacheFolder, type Environment } from './cache-folder.ts';
import { mayObtain } from './find-tool.ts';
import { withProgress } from './progress.ts';
import { ToolMissing } from './tool-missing.ts';

const VERSION = '4.7.0';
const TITLE = `pre-commit ${VERSION}`;

function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

async function obtain(place: string, env: Environment): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(place), '.making-'));
  try {
    const flags = ['--quiet', '--disable-pip-version-check', '--target', folder];
    const args = ['-m', 'pip', 'install', ...flags, `pre-commit==${VERSION}`];
    const pip = await execa('python3', args, { env, extendEnv: false, reject: false, timeout: 300_000 });
    if (pip.failed) throw new ToolMissing(TITLE, `pip install: ${pip.stderr.trim().split('\n').at(-1)}`);
    await rename(folder, place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder for PYTHONPATH, with which `python3 -m pre_commit` runs. Rejects with ToolMissing. */
export async function findPreCommit(env: Environment = process.env): Promise<string> {
  const place = path.join(cacheFolder(env), 'tools', `pre-commit-${VERSION}`);
  if (await isThere(place)) return place;
  if (!mayObtain(env)) throw new ToolMissing(TITLE, 'it is not here: run "npm run tools -- pre-commit"');
  await withFileLock(`${place}.lock`, async () => {
    if (!(await isThere(place)))
      await withProgress(`${TITLE}: getting it from its Python packages`, () => obtain(place, env));
  });
  return place;
}
