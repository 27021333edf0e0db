/**
 * `npm run e2e [-- [-t PATTERN] [--keep] [--reuse]]`: the official charts, installed by Helm on a real Kubernetes, lose
 * everything and come back. The cluster is one real node that is started on this machine, in a network namespace of its
 * own; everything is ended and removed afterwards, and the next run removes what a crash left. A node that was kept
 * serves `--reuse`, which leaves it as it is: for several runs, also at once and from several checkouts.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../contract/errors.ts';
import { prepareImages } from './image/images.ts';
import { FILES, SYSTEM_PROGRAMS } from './node/layout.ts';
import { clearNode } from './node/leftovers.ts';
import { ENTER } from './node/network.ts';
import { startOwnNode } from './node/own-node.ts';
import { missingPrograms } from './node/system-programs.ts';

const SCENARIOS = path.join(import.meta.dirname, 'scenarios');

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const result = await work();
  tell(`${what}: ${((Date.now() - start) / 1000).toFixed(0)} s`);
  return result;
}

/** The scenarios' files, one after the other: they share the one node. */
function runScenarios(pattern: string | undefined): Promise<number> {
  const [enter, ...how] = ENTER;
  const files = readdirSync(SCENARIOS)
    .filter((name) => name.endsWith('.scenario.ts'))
    .sort()
    .map((name) => path.join(SCENARIOS, name));
  const flags = ['--import', 'tsx', '--test', '--test-concurrency=1', '--test-reporter=spec'];
  const patterns = pattern === undefined ? [] : [`--test-name-pattern=${pattern}`];
  const env = { ...process.env, KUBECONFIG: FILES.kubeconfig, LIFEBOAT_TOOLS_AS_THEY_ARE: 'true' };
  const child = spawn(enter, [...how, process.execPath, ...flags, ...patterns, ...files], {
    stdio: 'inherit',
    env,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** How to look at a cluster that was kept. */
function reach(): string {
  const enter = ENTER.join(' ');
  return `the cluster is kept; reach it with\n  ${enter} env KUBECONFIG=${FILES.kubeconfig} kubectl get pods -A\nuse it again with\n  npm run e2e -- --reuse\nthe next run without that ends it`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'test-name-pattern': { type: 'string', short: 't' },
      keep: { type: 'boolean', default: false },
      reuse: { type: 'boolean', default: false },
    },
  });
  if (process.getuid?.() !== 0) {
    tell('the test node needs root: network namespaces, mounts and containers are made');
    return 1;
  }
  const missing = await missingPrograms(SYSTEM_PROGRAMS);
  if (missing.length > 0) {
    tell(
      `not here: ${missing.join(', ')}\n  next: install them (etcd, containerd, runc, the CNI plugins, buildah, a static busybox, iptables, conntrack)`,
    );
    return 1;
  }
  if (values.reuse) {
    if (!existsSync(FILES.kubeconfig)) {
      tell('no node was kept\n  next: npm run e2e -- --keep');
      return 1;
    }
    await timed('images are there', prepareImages);
    return await runScenarios(values['test-name-pattern']);
  }
  await clearNode();
  const stop = (): void => {
    void clearNode().then(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  try {
    await timed('the node is up', startOwnNode);
    await timed('images are there', prepareImages);
    return await runScenarios(values['test-name-pattern']);
  } finally {
    if (values.keep) tell(reach());
    else await timed('the node is gone', clearNode);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  tell(messageOf(error));
  process.exitCode = 1;
}
