/** Reads the repository's Markdown: its files, fenced blocks, links and anchors. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** Not ours, or made by tools and tested where they are made. */
const LEFT_OUT = /^(?:node_modules|dist|generated|out|\.[^/]+)$|^test\/render\/golden$/;

interface Page {
  /** Relative to the repository. */
  readonly file: string;
  readonly text: string;
}

export interface Block {
  readonly page: string;
  readonly line: number;
  /** What follows the backticks: `yaml lifeboat.yaml part`. */
  readonly info: string;
  readonly text: string;
}

function markdownFiles(folder = ''): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (LEFT_OUT.test(file)) return [];
    if (entry.isDirectory()) return markdownFiles(file);
    return entry.name.endsWith('.md') ? [file] : [];
  });
}

export const PAGES: readonly Page[] = markdownFiles().map((file) => ({
  file,
  text: readFileSync(path.join(ROOT, file), 'utf8'),
}));

export function pageOf(file: string): Page {
  const found = PAGES.find((page) => page.file === file);
  if (found === undefined) throw new Error(`there is no ${file}`);
  return found;
}

/** A fence may be indented, as in a list; its text then loses that indentation. */
export function blocksOf({ file, text }: Page): readonly Block[] {
  const blocks: Block[] = [];
  let open: { indent: string; info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^(?<indent> *)```(?<info>[^`]*)$/.exec(line)?.groups;
    if (open === undefined) {
      if (fence !== undefined)
        open = { indent: fence.indent ?? '', info: (fence.info ?? '').trim(), line: index + 1, lines: [] };
    } else if (fence !== undefined && fence.info === '') {
      blocks.push({ page: file, line: open.line, info: open.info, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    } else open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: the block is not closed`);
  return blocks;
}

/** The text without its fenced blocks. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
}

interface Link {
  readonly page: string;
  readonly target: string;
}

/** Links to places of this repository: `[text](target)`, also where the text runs over a line's end. */
export function localLinksOf(page: Page): readonly Link[] {
  const prose = proseOf(page).replaceAll(/`[^`\n]*`/g, '``');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => ({ page: page.file, target }))
    .filter(({ target }) => !/^[a-z]+:/i.test(target));
}

/** The anchors that a Markdown viewer makes of the headings. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const base = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    let anchor = base;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${base}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
