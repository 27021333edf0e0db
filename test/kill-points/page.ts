/** docs/kill-points.md from a run. Pure; the same run gives the same bytes. */
import type { Product } from '../support/pod/world.ts';
import type { Outcome, Point, Seal } from './scene.ts';

export interface Tried {
  readonly product: Product;
  readonly seal: Seal;
  readonly point: Point;
  readonly outcome: Outcome;
}

/** What the disk asks for, in a reader's words. */
const DISK = {
  restore: 'nothing proven: restored anew',
  swap: 'proven, not in place: put into place',
  'finish-swap': 'between two renames: the rest was renamed',
  leave: 'in place: left as it is',
} as const satisfies Readonly<Record<Outcome['disk'], string>>;

const WHO = {
  container: 'all of the container',
  self: 'the worker',
  server: 'the private server',
} as const;

const PLACE = {
  'lifeboat-init': 'the first init container',
  'lifeboat-restore': 'the second init container, which restores',
  worker: "the worker in the server's container",
} as const;

export function page(tried: readonly Tried[], every: number): string {
  const sections = Object.entries(PLACE).map(([place, title]) => {
    const rows = tried
      .filter(({ point }) => point.place === place)
      .map(
        ({ product, seal, point, outcome }) =>
          `| ${point.name.replaceAll('|', '\\|')} | ${WHO[point.who]} | ${product}, ${seal} | ${DISK[outcome.disk]} |`,
      );
    return [
      `## In ${title}: ${rows.length}`,
      '',
      '| kill -9 | of | on | what the disk held, and what the next start did |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  const which =
    every === 1
      ? 'All points were tried on each pair of product and seal.'
      : `Of all points each ${every}th was tried, beginning with another one for each pair of product and seal.`;
  return `# Kill points

<!-- Written by npm run killpoints -- --every ${every} --write -->

A real server is backed up into a real S3 server, and everything is lost. Then the rendered pod starts, and somebody is
killed with SIGKILL right before or right after a side effect: a write, a sync, a rename, a request that leaves, an answer
that comes, a process that starts. The kubelet's part is played by a stand-in (containers with their own mounts, processes
and network); it starts the container again, or a new pod. Each time the server must come up by itself as the same Vault:
unsealed, with the cluster_id of the backup, and the secret of before. ${which}

**${tried.length} kill points, ${tried.length} times the same Vault, none lost.**

${sections.join('\n')}`;
}
