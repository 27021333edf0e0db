/** The report for people: one table of pods, some lines on backups, and what to do. Pure. */
import { ageText } from '../contract/age-text.ts';
import { alignedRows } from '../contract/aligned-rows.ts';
import type { PodReport, StatusReport, Verdict } from './report.ts';

const COLOURS = { bold: 1, red: 31, green: 32, yellow: 33 } as const;

type Colour = keyof typeof COLOURS;

const WORDS: Readonly<Record<Verdict, { readonly words: string; readonly colour: Colour }>> = {
  well: { words: 'all is well', colour: 'green' },
  act: { words: 'a person has to act', colour: 'red' },
  'under-way': { words: 'goes on by itself', colour: 'yellow' },
  unseen: { words: 'nothing is wrong, as far as could be seen', colour: 'yellow' },
};

function podRow({ name, ready, state, restarts, claim, says }: PodReport): readonly string[] {
  const disk = claim === null ? '-' : claim.phase;
  return [name, ready ? 'yes' : 'no', state, String(restarts), disk, says];
}

/** Whole seconds. */
function brief(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

function ago(time: string | null, now: Date): string {
  return time === null ? 'at an unknown time' : `${brief(time)}, ${ageText(new Date(time), now)} ago`;
}

function backupLines({
  backup,
  snapshot,
  restore,
  checked,
}: StatusReport): readonly (readonly [string, string])[] {
  const now = new Date(checked);
  const lines: [string, string][] = [];
  if (backup === null) lines.push(['backups', 'none in lifeboat.yaml']);
  else {
    lines.push(['backups', `${backup.state}: ${backup.says}`]);
    if (backup.nextRun !== null) {
      const until = ageText(now, new Date(backup.nextRun));
      lines.push([
        'next run',
        `${brief(backup.nextRun)}, in ${until} (${backup.schedule}, ${backup.timeZone})`,
      ]);
    }
    const { lastRun } = backup;
    if (lastRun !== null)
      lines.push([
        'last run',
        `${lastRun.job} ${lastRun.result}, ${ago(lastRun.finished ?? lastRun.started, now)}`,
      ]);
  }
  if (snapshot !== null) {
    const by = snapshot.writtenBy === null ? '' : `, written by ${snapshot.writtenBy}`;
    const from = snapshot.source === 'job' ? ' (says the backup; the store was not asked)' : by;
    const verified = snapshot.verified === true ? 'verified' : 'NOT VERIFIED';
    lines.push(['snapshot', `${snapshot.key}, taken ${ago(snapshot.taken, now)}; ${verified}${from}`]);
  }
  if (restore !== null) {
    const where = restore.pod === null ? ' (receipt in the store)' : ` in ${restore.pod}`;
    lines.push(['restore', `${restore.verdict}${where}, ${ago(restore.restored, now)}, from ${restore.key}`]);
  }
  return lines;
}

/** What somebody has to do, each line once. */
function nextLines({ pods, backup }: StatusReport): readonly string[] {
  const all = [
    ...pods.map((pod) => [pod.name, pod] as const),
    ...(backup === null ? [] : [['backups', backup] as const]),
  ];
  return all.flatMap(([name, { next, turn }]) =>
    next === undefined || turn === 'done' ? [] : [`${name}: ${next}`],
  );
}

export function statusText(report: StatusReport, colour: boolean): string {
  const paint = (which: Colour, text: string): string =>
    colour ? `\u001b[${COLOURS[which]}m${text}\u001b[0m` : text;
  const { words, colour: ofVerdict } = WORDS[report.verdict];
  const of = report.cluster === '' ? '' : `${report.cluster}: `;
  const head = `${of}${report.name}, release ${report.release} in namespace ${report.namespace}: ${paint(ofVerdict, words)}`;
  const rows = report.pods.map(podRow);
  const pods =
    rows.length === 0 ? [] : alignedRows([['POD', 'READY', 'STATE', 'RESTARTS', 'CLAIM', 'SAYS'], ...rows]);
  const next = nextLines(report).map((line) => `  ${line}`);
  const unseen = report.unseen.map((line) => `  ${line}`);
  const blocks = [
    [head],
    pods.map((line, index) => (index === 0 ? paint('bold', line) : line)),
    alignedRows(backupLines(report)),
    next.length === 0 ? [] : [paint('bold', 'Next:'), ...next],
    unseen.length === 0 ? [] : [paint('bold', 'Not seen:'), ...unseen],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}
