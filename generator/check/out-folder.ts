/** Whether a folder holds what the configuration renders now; what else stands in it is the user's. */
import path from 'node:path';
import type { Change } from '../compare/change.ts';
import { outFolderChanges } from '../compare/out-folder.ts';
import type { RenderedFile } from '../render/file.ts';
import type { Finding } from './finding.ts';

/** Enough to see what it is about; `lifeboat plan` shows all. */
const LINES_SHOWN = 20;

/** The line of the old file at which a unified diff begins to differ. */
function firstLine(diff: string): number | undefined {
  const lines = diff.split('\n');
  const at = lines.findIndex((line) => line.startsWith('@@'));
  const start = /^@@ -(\d+)/.exec(lines[at] ?? '')?.[1];
  if (start === undefined) return undefined;
  const context = lines.slice(at + 1).findIndex((line) => !line.startsWith(' '));
  return Math.max(1, Number(start) + context);
}

function shownDiff(diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const more = lines.length - LINES_SHOWN;
  return [...lines.slice(0, LINES_SHOWN), ...(more > 0 ? [`... and ${more} more lines`] : [])].join('\n');
}

type Told = Pick<Finding, 'file' | 'message' | 'hint' | 'line'>;

const told = (finding: Told): Finding => ({ ...finding, rule: 'out-up-to-date', level: 'error' });

/** Each that rendering again repairs; those of which only the header differs in one. */
function toRender(out: string, changes: readonly Change[]): readonly Finding[] {
  const fileOf = ({ path: name }: Change): string => path.join(out, name);
  const lineOf = ({ diff }: Change): Pick<Finding, 'line'> => {
    const line = firstLine(diff);
    return line === undefined ? {} : { line };
  };
  const findings = changes
    .filter(({ headerOnly }) => !headerOnly)
    .map((change) =>
      change.kind === 'added'
        ? told({ file: fileOf(change), message: 'this file is rendered now, and is missing' })
        : told({
            file: fileOf(change),
            ...lineOf(change),
            message: 'this file is not what is rendered now',
            hint: shownDiff(change.diff),
          }),
    );
  const [first, ...more] = changes.filter(({ headerOnly }) => headerOnly);
  if (first === undefined) return findings;
  const others = more.length === 0 ? '' : `, and in ${more.map(fileOf).join(', ')}`;
  const message = `only the line with version and hash of the inputs differs here${others}`;
  return [...findings, told({ file: fileOf(first), ...lineOf(first), message })];
}

/** The command once, below the last one. */
function withCommand(findings: readonly Finding[], command: string): readonly Finding[] {
  return findings.map((finding, index) => {
    if (index < findings.length - 1) return finding;
    const diff = finding.hint === undefined ? '' : `${finding.hint}\n`;
    return { ...finding, hint: `${diff}Render again: ${command}` };
  });
}

export interface OutFolder {
  readonly out: string;
  /** Of a fleet's folder, the part of one cluster; '' where there is no fleet. */
  readonly folder: string;
  /** What would be written now. */
  readonly files: readonly RenderedFile[];
  /** Parts of the folder that are not looked at. */
  readonly unseen: readonly string[];
  /** Brings the folder up to date. */
  readonly command: string;
  /** Begins a folder in which nothing of ours stands. */
  readonly firstCommand: string;
}

export async function outFindings(part: OutFolder): Promise<readonly Finding[]> {
  const { out, folder, files, unseen, command, firstCommand } = part;
  const placed = files.map((file) => ({ ...file, name: path.posix.join(folder, file.name) }));
  const hidden = unseen.map((name) => `${path.posix.join(folder, name)}/`);
  const changes = (await outFolderChanges(out, placed, [folder])).filter(
    (change) => !hidden.some((prefix) => change.path.startsWith(prefix)),
  );
  const added = changes.filter(({ kind }) => kind === 'added').length;
  if (added === placed.length && added === changes.length) {
    const message = 'nothing that lifeboat renders stands in this folder';
    return [told({ file: path.join(out, folder), message, hint: `Render it: ${firstCommand}` })];
  }
  const gone = changes
    .filter(({ kind }) => kind === 'removed')
    .map(({ path: name }) =>
      told({
        file: path.join(out, name),
        message: 'this file is no longer rendered',
        hint: 'Remove it: render takes no file away.',
      }),
    );
  const old = toRender(
    out,
    changes.filter(({ kind }) => kind !== 'removed'),
  );
  return [...gone, ...withCommand(old, command)];
}
