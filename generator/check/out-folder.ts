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

type Told = Pick<Finding, 'message' | 'hint' | 'line'>;

function told({ kind, diff }: Change, renderCommand: string): Told {
  const again = `Render again: ${renderCommand}`;
  if (kind === 'added') return { message: 'this file is rendered now, and is missing', hint: again };
  if (kind === 'removed') {
    return { message: 'this file is no longer rendered', hint: 'Remove it: render takes no file away.' };
  }
  const line = firstLine(diff);
  return {
    message: 'this file is not what is rendered now',
    ...(line === undefined ? {} : { line }),
    hint: `${again}\n${shownDiff(diff)}`,
  };
}

/** `folder`: of a fleet's folder, the part of one cluster. */
export async function outFindings(
  out: string,
  folder: string,
  files: readonly RenderedFile[],
  renderCommand: string,
): Promise<readonly Finding[]> {
  const placed = files.map((file) => ({ ...file, name: path.posix.join(folder, file.name) }));
  const changes = await outFolderChanges(out, placed, [folder]);
  return changes.map((change) => ({
    file: path.join(out, change.path),
    ...told(change, renderCommand),
    rule: 'out-up-to-date',
    level: 'error',
  }));
}
