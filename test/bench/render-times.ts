/** How long the command takes that renders a fleet, by the number of its clusters. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

const BUNDLE = new URL('../../dist/lifeboat.cjs', import.meta.url).pathname;

/** Seconds of each run, in the order of the rounds, by the number of clusters. */
export type RenderTimes = ReadonlyMap<number, readonly number[]>;

/** Each cluster has a name, a namespace and a bucket of its own, and they share one file of values. */
function fleetOf(count: number): string {
  const clusters = Array.from({ length: count }, (_, index) => {
    const name = `vault-${String(index).padStart(4, '0')}`;
    return [name, { name, release: { namespace: name }, store: { s3: { bucket: `${name}-snapshots` } } }];
  });
  return stringify({
    defaults: {
      version: 1,
      image: { repository: 'registry.example/lifeboat', tag: '0.1.0' },
      release: { name: 'vault', chartVersion: '0.34.1', values: ['values.yaml'] },
      store: { s3: { secretRef: { name: 'snapshot-store' } } },
      restore: { unseal: { secretRef: { name: 'unseal-shares' } } },
    },
    clusters: Object.fromEntries(clusters),
  });
}

const VALUES = stringify({ server: { ha: { enabled: true, replicas: 1, raft: { enabled: true } } } });

function secondsOf(file: string, out: string): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, [BUNDLE, 'render', '-f', file, '-o', out], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`render ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** A round renders every fleet once, so that what slows the machine for a while slows all of them. */
export function renderTimes(counts: readonly number[], rounds: number): RenderTimes {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-bench-render-'));
  try {
    writeFileSync(join(folder, 'values.yaml'), VALUES);
    for (const count of counts) writeFileSync(join(folder, `${count}.yaml`), fleetOf(count));
    const times = new Map(counts.map((count): [number, number[]] => [count, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [count, seconds] of times)
        seconds.push(secondsOf(join(folder, `${count}.yaml`), join(folder, `${round}-${count}`)));
    }
    return times;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
