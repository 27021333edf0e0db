/** A program of Python packages that is no single binary: with all that it needs in a folder of the cache. */
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { withFileLock } from '../../../scripts/file-lock.mjs';
import { cacheFolder, type Environment } from './cache-folder.ts';
import { mayObtain } from './find-tool.ts';
import { withProgress } from './progress.ts';
import { ToolMissing } from './tool-missing.ts';

export interface PythonPackage {
  /** For `npm run tools`, and in the cache. */
  readonly name: string;
  readonly version: string;
  /** Packages beside it that it does not ask for itself, pinned. */
  readonly more?: readonly string[];
}

function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

async function obtain(wanted: PythonPackage, place: string, env: Environment): Promise<void> {
  const { name, version, more = [] } = wanted;
  await mkdir(path.dirname(place), { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(place), '.making-'));
  try {
    const flags = ['--quiet', '--disable-pip-version-check', '--target', folder];
    const args = ['-m', 'pip', 'install', ...flags, `${name}==${version}`, ...more];
    const pip = await execa('python3', args, { env, extendEnv: false, reject: false, timeout: 300_000 });
    if (pip.failed)
      throw new ToolMissing(`${name} ${version}`, `pip install: ${pip.stderr.trim().split('\n').at(-1)}`);
    await rename(folder, place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder for PYTHONPATH, with which `python3 -m` runs its modules. Rejects with ToolMissing. */
export async function findPythonPackage(
  wanted: PythonPackage,
  env: Environment = process.env,
): Promise<string> {
  const { name, version } = wanted;
  const title = `${name} ${version}`;
  const place = path.join(cacheFolder(env), 'tools', `${name}-${version}`);
  if (await isThere(place)) return place;
  if (!mayObtain(env)) throw new ToolMissing(title, `it is not here: run "npm run tools -- ${name}"`);
  await withFileLock(`${place}.lock`, async () => {
    if (!(await isThere(place)))
      await withProgress(`${title}: getting it from its Python packages`, () => obtain(wanted, place, env));
  });
  return place;
}

export const PRE_COMMIT: PythonPackage = { name: 'pre-commit', version: '4.7.0' };

/** A stand-in of Amazon's services. Without the packages of the services that nobody here asks for. */
export const MOTO: PythonPackage = {
  name: 'moto',
  version: '5.2.5',
  more: ['flask==3.1.3', 'flask-cors==6.0.5'],
};
