/** What was measured, in tables for people: ratios, since seconds of one machine say little about another. */
import type { Pair, PairsOfStore } from './backup-rounds.ts';
import { median, ratioOfPairs, ratioText, table } from './figures.ts';
import type { RenderTimes } from './render-times.ts';
import type { StartTimes } from './start-times.ts';

const MIB = 1024 * 1024;

export interface SizeResult {
  readonly mib: number;
  readonly backups: PairsOfStore;
  /** Bytes per init container. */
  readonly restore: Readonly<Record<string, number>>;
}

export interface Result {
  /** Product and version. */
  readonly server: string;
  readonly sizes: readonly SizeResult[];
  readonly starts: StartTimes;
}

const RESTORE_NAMES: Readonly<Record<string, string>> = {
  'lifeboat-init': 'init container: download, verify',
  'lifeboat-restore': 'restore, without its server',
};

export function report({ sizes, starts }: Result): string {
  return [
    'Peak memory, MiB (flat: the last column is near 1)\n',
    table(memoryRows(sizes)),
    "\nTime of a backup, as a multiple of the server's own snapshot read to nowhere (median, lowest to highest pair)\n",
    table(timeRows(sizes)),
    '\nWhere the time of a backup goes, % of the process (medians)\n',
    table(phaseRows(sizes)),
    '\nStart, as a multiple of `node -e 0`\n',
    table(startRows(starts)),
  ].join('');
}

/** Linear: what a cluster costs does not grow with the number of the others. */
export function renderReport(times: RenderTimes): string {
  const counts = [...times.keys()];
  const costs = (count: number): readonly number[] =>
    (times.get(count) ?? []).map((seconds) => seconds / count);
  const rows = counts.map((count, index) => {
    const before = counts[index - 1];
    return [
      String(count),
      ratioText(ratioOfPairs(costs(count), costs(counts[0] ?? 1))),
      before === undefined ? '' : ratioText(ratioOfPairs(costs(count), costs(before))),
    ];
  });
  return `Rendering a fleet: the time of the whole command for each cluster of it\n${table([['clusters', 'of one cluster alone', 'of the fleet before'], ...rows])}`;
}

function memoryRows(sizes: readonly SizeResult[]): readonly (readonly string[])[] {
  const peaks = sizes.map(({ backups, restore }) => ({
    ...Object.fromEntries(
      Object.entries(backups).map(([store, pairs]) => [
        `backup to ${store}`,
        Math.max(...pairs.map(({ backup }) => backup.peak)),
      ]),
    ),
    ...Object.fromEntries(Object.entries(restore).map(([name, peak]) => [RESTORE_NAMES[name] ?? name, peak])),
  }));
  const rows = Object.keys(peaks[0] ?? {}).map((what) => {
    const values = peaks.map((peak) => peak[what] ?? Number.NaN);
    const ratio = (values.at(-1) ?? Number.NaN) / (values[0] ?? Number.NaN);
    return [
      what,
      ...values.map((value) => (value / MIB).toFixed()),
      ...(sizes.length > 1 ? [ratio.toFixed(2)] : []),
    ];
  });
  return [['', ...heads(sizes), ...(sizes.length > 1 ? ['ratio'] : [])], ...rows];
}

/** Of a run: the part that is set beside the server's own snapshot. */
const PARTS: Readonly<Record<string, (run: Pair['backup']) => number>> = {
  'the whole process': ({ seconds }) => seconds,
  'without the read-back': ({ seconds, phases }) => seconds - (phases.readBack ?? 0),
  'the transfer alone': ({ phases }) => phases.upload ?? Number.NaN,
};

function timeRows(sizes: readonly SizeResult[]): readonly (readonly string[])[] {
  const rows = storesOf(sizes).flatMap((store) =>
    Object.entries(PARTS).map(([part, secondsOf]) => [
      `to ${store}: ${part}`,
      ...sizes.map(({ backups }) => {
        const pairs = backups[store] ?? [];
        const ours = pairs.map(({ backup }) => secondsOf(backup));
        return ratioText(
          ratioOfPairs(
            ours,
            pairs.map(({ own }) => own.seconds),
          ),
        );
      }),
    ]),
  );
  return [['', ...heads(sizes)], ...rows];
}

function phaseRows(sizes: readonly SizeResult[]): readonly (readonly string[])[] {
  const columns = storesOf(sizes).flatMap((store) => sizes.map((size) => ({ store, size })));
  const phases = Object.keys(Object.values(sizes[0]?.backups ?? {})[0]?.[0]?.backup.phases ?? {});
  const share = (pairs: readonly Pair[], partOf: (run: Pair['backup']) => number): string =>
    median(pairs.map(({ backup }) => (100 * partOf(backup)) / backup.seconds)).toFixed();
  const row = (name: string, partOf: (run: Pair['backup']) => number): readonly string[] => [
    name,
    ...columns.map(({ store, size }) => share(size.backups[store] ?? [], partOf)),
  ];
  const named = (run: Pair['backup']): number => Object.values(run.phases).reduce((a, b) => a + b, 0);
  return [
    ['', ...columns.map(({ store, size }) => `${store}, ${size.mib} MiB`)],
    ...phases.map((phase) => row(phase, (run) => run.phases[phase] ?? 0)),
    row('start and end of the process', (run) => run.seconds - named(run)),
  ];
}

const START_NAMES: Readonly<Record<Exclude<keyof StartTimes, 'node'>, string>> = {
  version: 'lifeboat --version',
  dataPresent: 'init-container, data present',
  dataPresentAgain: 'the same without the copy of the runtime',
};

function startRows(starts: StartTimes): readonly (readonly string[])[] {
  return Object.entries(START_NAMES).map(([key, name]) => [
    name,
    ratioText(ratioOfPairs(starts[key as keyof typeof START_NAMES], starts.node)),
  ]);
}

function storesOf(sizes: readonly SizeResult[]): readonly string[] {
  return Object.keys(sizes[0]?.backups ?? {});
}

function heads(sizes: readonly SizeResult[]): readonly string[] {
  return sizes.map(({ mib }) => `${mib} MiB`);
}
