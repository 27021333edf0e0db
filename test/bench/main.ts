/**
 * `npm run bench [-- --quick] [--only render|server] [--json FILE] [--server vault|openbao]`: the time that fleets take
 * to render, and memory and time of backup and restore on a real server, against the server's own snapshot in the
 * same run. Nothing is asserted; nothing is left behind.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inOwnNamespaces } from '../support/own-namespaces.ts';
import { storeOfS3 } from '../support/pod/each-product.ts';
import { type Product, World } from '../support/pod/world.ts';
import { type S3Server, startS3 } from '../support/start-s3.ts';
import { findTool } from '../support/tools/find-tool.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';
import { backupRounds } from './backup-rounds.ts';
import { writeSlice } from './backup-run.ts';
import { fillVault } from './fill-vault.ts';
import { renderTimes } from './render-times.ts';
import { type Result, renderReport, report, type SizeResult } from './report.ts';
import { restoreRun } from './restore-run.ts';
import { startTimes } from './start-times.ts';

interface Plan {
  readonly sizes: readonly { readonly mib: number; readonly rounds: number }[];
  readonly starts: number;
  readonly fleets: { readonly clusters: readonly number[]; readonly rounds: number };
}

const FULL: Plan = {
  sizes: [
    { mib: 16, rounds: 7 },
    { mib: 256, rounds: 5 },
  ],
  starts: 15,
  fleets: { clusters: [1, 10, 100, 1000], rounds: 5 },
};
const QUICK: Plan = {
  sizes: [{ mib: 16, rounds: 3 }],
  starts: 5,
  fleets: { clusters: [1, 10, 100, 1000], rounds: 1 },
};

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The same pointer and snapshots as the pods' store, by the address of this machine. */
function configsOf(world: World, s3: S3Server): Readonly<Record<string, string>> {
  const path = join(world.folder, 'bench-store');
  mkdirSync(path);
  return {
    S3: writeSlice(world, 's3', (rendered) => {
      if (!('s3' in rendered)) throw new Error('the store that was rendered is no S3');
      return { s3: { ...rendered.s3, endpoint: s3.endpoint, credentials: s3.credentialsFolder } };
    }),
    'a directory': writeSlice(world, 'directory', () => ({ directory: { path } })),
  };
}

async function measure(world: World, s3: S3Server, plan: Plan): Promise<Omit<Result, 'server'>> {
  await world.install(1, 1, 'bench');
  const configs = configsOf(world, s3);
  const sizes: SizeResult[] = [];
  for (const { mib, rounds } of plan.sizes) {
    tell(`filling the server up to a snapshot of ${mib} MiB`);
    await fillVault(world.operator, mib);
    const backups = await backupRounds(world.operator, configs, rounds, (text) =>
      tell(`backups of ${mib} MiB: ${text}`),
    );
    tell(`restore of ${mib} MiB`);
    sizes.push({ mib, backups, restore: await restoreRun(world) });
  }
  tell('starts of the program');
  await world.pod?.stop();
  return { sizes, starts: await startTimes(world, plan.starts) };
}

// The S3 client of this program would speak of Node versions.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

interface Options {
  readonly quick: boolean;
  readonly only: string | undefined;
  readonly json: string | undefined;
  readonly product: Product;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      json: { type: 'string' },
      server: { type: 'string', default: 'vault' },
    },
  });
  const { quick, only, json, server } = values;
  if (server !== 'vault' && server !== 'openbao') throw new Error('--server is vault or openbao');
  if (only !== undefined && only !== 'render' && only !== 'server')
    throw new Error('--only is render or server');
  return { quick, only, json, product: server };
}

async function benchServer(product: Product, plan: Plan): Promise<Result> {
  const { path, version } = await findTool(product === 'vault' ? 'vault' : 'bao');
  const s3 = await startS3({ bucket: 'vault' });
  const world = await World.create({
    product,
    serverBinary: path,
    chart: undefined,
    store: storeOfS3(s3),
    unseal: 'shares',
  });
  try {
    return { server: `${product} ${version}`, ...(await measure(world, s3, plan)) };
  } finally {
    await world.stop();
    await s3.stop();
  }
}

async function bench(): Promise<void> {
  const { quick, only, json, product } = readOptions();
  const plan = quick ? QUICK : FULL;
  const load = loadavg()[0] ?? 0;
  const machine = { cores: availableParallelism(), load, node: process.versions.node };
  process.stdout.write(`node ${machine.node}, ${machine.cores} cores, load before ${load.toFixed(1)}\n`);

  let fleets: ReturnType<typeof renderTimes> | undefined;
  if (only !== 'server') {
    tell(`rendering fleets of ${plan.fleets.clusters.join(', ')} clusters`);
    fleets = renderTimes(plan.fleets.clusters, plan.fleets.rounds);
    process.stdout.write(`\n${renderReport(fleets)}`);
  }
  let result: Result | undefined;
  if (only !== 'render') {
    result = await benchServer(product, plan);
    process.stdout.write(`\n${result.server}\n\n${report(result)}`);
  }
  if (json === undefined) return;
  const figures = { machine, ...(fleets && { fleets: Object.fromEntries(fleets) }), ...result };
  writeFileSync(json, `${JSON.stringify(figures, undefined, 2)}\n`);
}

if (await inOwnNamespaces('bench')) {
  try {
    await bench();
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    tell(error.message);
    process.exitCode = 1;
  }
}
