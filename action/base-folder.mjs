/** The rendered folder as it is on the branch that a pull request goes to: what the plan is compared with. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';

const SECONDS = 120;

/** Undefined where it cannot be had: no git, no such commit, no such folder there. */
export async function baseFolder(commit, out) {
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  const options = { reject: false, stdin: 'ignore', timeout: SECONDS * 1000, encoding: 'buffer' };
  const here = await execa('git', ['cat-file', '-e', commit], options);
  if (here.failed) await execa('git', ['fetch', '--no-tags', '--depth=1', 'origin', commit], options);
  const folder = mkdtempSync(path.join(process.env.RUNNER_TEMP, 'lifeboat-base-'));
  const archive = await execa('git', ['archive', '--format=tar', commit, '--', out], options);
  if (archive.failed) return undefined;
  const unpacked = await execa('tar', ['-xf', '-', '-C', folder], {
    ...options,
    stdin: undefined,
    input: archive.stdout,
  });
  return unpacked.failed ? undefined : path.join(folder, out);
}
