/** A parsed YAML file of the user's that can tell where in it each path stands. */
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Tags,
} from 'yaml';
import type { Problem } from './problem.ts';
import { looksLikeSecretValue, mayBeShown, withoutSecretForms } from './secret-forms.ts';
import { secretLines } from './secret-lines.ts';

export type Path = readonly (string | number)[];

/** More than any hand-written file; less than what would make the parser slow. */
export const SIZE_LIMIT = 1024 * 1024;
const ALIAS_LIMIT = 100;

/** `store.s3.bucket`, `release.values[0]`; the whole file has no name. */
export function dotted(path: Path): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return looksLikeSecretValue(step) ? '.(hidden)' : `.${step}`;
    })
    .join('')
    .replace(/^\./, '');
}

export interface YamlSource {
  readonly file: string;
  /** The content as plain data; undefined where the file does not parse. */
  readonly data: unknown;
  /** What is wrong with the file as YAML. */
  readonly problems: readonly Problem[];
  /** A problem at the value (or, with `key`, at the key) of a path; at the nearest parent that exists. */
  at(path: Path, message: string, options?: { readonly key?: boolean; readonly hint?: string }): Problem;
  has(path: Path): boolean;
}

/** Helm's parser keeps times and base-60 numbers as text; so do we. */
const customTags = (tags: Tags): Tags => tags.filter((tag) => typeof tag === 'string' || !isTime(tag));

/** As Helm and Kubernetes read YAML. */
export const HELM_YAML = { version: '1.1', customTags } as const;

export interface ParseOptions {
  /** Helm reads values as YAML 1.1 (`yes` is true); lifeboat.yaml is YAML 1.2. */
  readonly version: '1.1' | '1.2';
}

function sentenceFor(code: string, message: string): { message: string; hint?: string } {
  const first = message.split('\n')[0] ?? message;
  if (code === 'DUPLICATE_KEY') return { message: 'this key stands here twice', hint: 'Keep one of them.' };
  if (code === 'TAB_AS_INDENT') {
    return { message: 'a tab stands in the indentation', hint: 'YAML is indented with spaces only.' };
  }
  // The parser ends some messages with a piece of the file.
  return { message: `this is not YAML: ${withoutSource(first)}` };
}

function withoutSource(message: string): string {
  return message.replace(/^(Unresolved [^:]*): .*$/, '$1').replace(/: (["']).*$/, '');
}

/** The node of the longest part of the path that exists, and its key. */
function find(document: Document, path: Path): { key: unknown; value: unknown; depth: number } {
  let found: { key: unknown; value: unknown; depth: number } = {
    key: undefined,
    value: document.contents,
    depth: 0,
  };
  for (const step of path) {
    const { value } = found;
    let next: { key: unknown; value: unknown } | undefined;
    if (isMap(value)) {
      const pair = value.items.find(
        (item) =>
          isPair(item) && (isScalar(item.key) ? String(item.key.value) : String(item.key)) === String(step),
      );
      if (pair !== undefined) next = { key: pair.key, value: pair.value };
    } else if (isSeq(value) && typeof step === 'number') {
      const item = value.items[step];
      if (item !== undefined) next = { key: undefined, value: item };
    }
    if (next === undefined) return found;
    found = { ...next, depth: found.depth + 1 };
  }
  return found;
}

export function parseYaml(file: string, text: string, options: ParseOptions): YamlSource {
  const lines = text.split('\n');
  const counter = new LineCounter();
  let hidden: ReadonlySet<number> = new Set();

  function place(start: number, end: number): Omit<Problem, 'file' | 'message'> {
    const { line, col } = counter.linePos(start);
    const source = (lines[line - 1] ?? '').replace(/\r$/, '');
    const width = Math.max(1, Math.min(end - start, source.length - col + 1));
    return { line, column: col, ...(!hidden.has(line) && mayBeShown(source) ? { source, width } : {}) };
  }

  const whole = (message: string, hint?: string): YamlSource => ({
    file,
    data: undefined,
    problems: [{ file, message, ...(hint === undefined ? {} : { hint }) }],
    at: (_path, text) => ({ file, message: text }),
    has: () => false,
  });
  if (text.length > SIZE_LIMIT) return whole(`the file is larger than ${SIZE_LIMIT} characters`);

  const parsed = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    version: options.version,
    customTags,
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  const document = documents[0];
  if (document === undefined) return { ...whole(''), problems: [] };
  hidden = secretLines(documents, counter);

  const problems: Problem[] = [];
  for (const { errors } of documents) {
    // One slip makes the parser stumble over what follows: a tab is named alone, and a line once.
    const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
    for (const error of tabs.length > 0 ? tabs : errors) {
      const [start, end] = error.pos;
      const at = place(start, end);
      if (problems.some(({ line }) => line === at.line)) continue;
      problems.push({ file, ...at, ...sentenceFor(error.code, error.message) });
    }
  }
  const second = documents[1];
  if (second !== undefined && problems.length === 0) {
    const start = second.range[0];
    problems.push({
      file,
      ...place(start, start + 1),
      message: 'a second YAML document begins here, and one is expected',
      hint: 'Put it into a file of its own.',
    });
  }
  let data: unknown;
  if (problems.length === 0) {
    try {
      data = document.toJS({ maxAliasCount: ALIAS_LIMIT });
    } catch (error) {
      problems.push({
        file,
        message: `the file cannot be read: ${withoutSource(error instanceof Error ? error.message : String(error))}`,
      });
    }
  }
  return {
    file,
    data,
    problems,
    at(path, message, { key = false, hint } = {}) {
      const found = find(document, path);
      const node = (key || found.depth < path.length) && isNode(found.key) ? found.key : found.value;
      const target = isNode(node) ? node : found.key;
      const range = isNode(target) ? target.range : undefined;
      return {
        file,
        ...(range ? place(range[0], range[1]) : {}),
        message: withoutSecretForms(message),
        ...(hint === undefined ? {} : { hint: withoutSecretForms(hint) }),
      };
    },
    has: (path) => find(document, path).depth === path.length,
  };
}

function isTime(tag: { readonly tag: string; readonly format?: string }): boolean {
  return tag.format === 'TIME' || tag.tag.endsWith(':timestamp');
}
