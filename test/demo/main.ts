/**
 * `npm run demo`: a real server is filled, backed up, destroyed, and comes back by the very commands that the
 * generated values put into the official chart's pod. Everything happens in a network and mount namespace of its own
 * on this machine; nothing is left behind.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { inOwnNamespaces } from '../support/own-namespaces.ts';
import { World } from '../support/pod/world.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';
import { waitFor } from '../support/vault-operations.ts';
import { type DemoServer, demoServer } from './server.ts';

const BUNDLE = new URL('../../dist/lifeboat.cjs', import.meta.url).pathname;
const SECRET = 'correct horse battery staple';

let number = 0;
function step(text: string): void {
  number++;
  process.stdout.write(`\n${number}. ${text}\n`);
}

function tell(text: string): void {
  for (const line of text.trimEnd().split('\n')) process.stdout.write(`   ${line}\n`);
}

/** Our own lines of a container's log, without the times. */
function ourLines(log: string): string {
  return log
    .split('\n')
    .filter((line) => / lifeboat [a-z-]+: /.test(line))
    .map((line) => line.replace(/^\S+ lifeboat /, ''))
    .join('\n');
}

function require_(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the demo did not prove what it should: ${what}`);
  tell(`ok: ${what}`);
}

const hash = (text: string | undefined): string =>
  createHash('sha256')
    .update(text ?? '')
    .digest('hex');

async function demo({ product, path, version }: DemoServer): Promise<void> {
  const world = await World.create({
    product,
    serverBinary: path,
    chart: undefined,
    store: 'directory',
    unseal: 'shares',
  });
  try {
    step(
      `A new ${product} ${version}, as the official chart's pod starts it. The store is empty: a first install.`,
    );
    const keys = await world.install(5, 3, SECRET);
    const clusterId = String((await world.operator.health()).cluster_id);
    tell(`initialised by hand with 5 shares, 3 needed; cluster_id ${clusterId}`);
    tell(`secret/app written; sha256 of its value: ${hash(SECRET)}`);

    step("The CronJob's container takes a backup.");
    const backup = await world.backup();
    tell(ourLines(backup.log));
    require_(backup.code === 0 && backup.log.includes('verified, read back'), 'backup verified');

    step('The day everything is gone: the server is killed, its volume deleted.');
    await world.loseEverything();
    tell('left: the store, the Secrets that people kept, lifeboat.yaml');

    step('The same pod starts again on an empty volume: init containers, server, hook.');
    const inits = await world.startPod();
    const log = inits.map((init) => init.log).join('');
    tell(ourLines(log));
    require_(
      inits.every(({ code }) => code === 0),
      'hooks run',
    );
    require_(log.includes('the root token of the fresh server is refused'), 'fresh root token refused');
    await world.operator.waitForHealth(200);
    world.operator.token = keys.root;
    require_(
      hash(await world.operator.readSecret()) === hash(SECRET),
      "the secret's hash is equal, and the old root token accepted",
    );
    require_((await world.operator.health()).cluster_id === clusterId, 'the cluster_id is the lost one');
    const verdict = await waitFor('the verdict', () => /RESTORED .*/.exec(world.serverLog)?.[0]);

    step('One byte of the snapshot is flipped.');
    const folder = join(world.snapshots, 'payments-vault', 'snapshots');
    const snapshot = readdirSync(folder).find((name) => name.endsWith('.snap')) ?? '';
    const bytes = readFileSync(join(folder, snapshot));
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const damaged = join(world.folder, 'damaged.snap');
    writeFileSync(damaged, bytes);
    const verify = await execa(process.execPath, [BUNDLE, 'verify', damaged], { reject: false });
    tell(verify.stderr.replaceAll(`${world.folder}/`, ''));
    require_(verify.exitCode === 13, 'corrupted snapshot refused (exit code 13)');

    process.stdout.write(`\n${verdict}\n`);
    printPhases(world.serverLog);
    process.stdout.write(
      '\nNext, for your own cluster: write lifeboat.yaml (README.md, "Quick start for a real cluster"), then\n',
    );
    process.stdout.write('  npm run -s lifeboat -- render -f lifeboat.yaml -o out --with-chart\n');
  } finally {
    await world.stop();
  }
}

function printPhases(log: string): void {
  const phases = (/phases: (.*)/.exec(log)?.[1] ?? '').split(', ').map((phase) => phase.split(' '));
  process.stdout.write('\n  phase     seconds\n');
  for (const [name = '', seconds = ''] of phases)
    process.stdout.write(`  ${name.padEnd(9)} ${seconds.padStart(7)}\n`);
}

/** Got before the namespace is entered: in there is no network. */
const server = await demoServer().catch((error: unknown) => {
  if (!(error instanceof ToolMissing)) throw error;
  process.stderr.write(`demo: ${error.message}\n  next: BAO_BIN=/path/to/bao npm run demo\n`);
  process.exitCode = 1;
});
if (server !== undefined && (await inOwnNamespaces('demo'))) await demo(server);
