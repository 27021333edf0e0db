/**
 * Runs inside the first init container's stand-in: starts our program and a bare node in turns and prints how long
 * each took. Arguments: the number of rounds, and the data directory, which holds a Vault.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';

const BUNDLE = '/app/lifeboat.cjs';
const RUN = '/lifeboat/run';

const [rounds, data] = process.argv.slice(2);
const dataPresent = [BUNDLE, 'init-container', '--data', data];

/** As in a new pod, whose shared volume is empty: the runtime is copied. */
function emptyRun() {
  for (const name of readdirSync(RUN)) rmSync(`${RUN}/${name}`, { recursive: true });
}

const SUBJECTS = [
  { name: 'node', args: ['-e', '0'] },
  { name: 'version', args: [BUNDLE, '--version'] },
  { name: 'dataPresent', args: dataPresent, before: emptyRun },
  { name: 'dataPresentAgain', args: dataPresent },
];

const seconds = Object.fromEntries(SUBJECTS.map(({ name }) => [name, []]));
for (let round = 0; round <= Number(rounds); round++) {
  for (const { name, args, before } of SUBJECTS) {
    before?.();
    const begin = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const took = (performance.now() - begin) / 1000;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    // The first round only warms.
    if (round > 0) seconds[name].push(took);
  }
}
process.stdout.write(`${JSON.stringify(seconds)}\n`);
