/** A parsed YAML file of the user's that can tell where in it each path stands. */
import { type Document, isNode, LineCounter } from 'yaml';
import { decodeText } from './decode.ts';
import type { Problem } from './problem.ts';
import { looksLikeSecretValue, withoutSecretForms } from './secret-forms.ts';
import { secretLines } from './secret-lines.ts';
import { composeDocuments, DEPTH_LIMIT, type ParseOptions } from './yaml-documents.ts';
import { finderIn } from './yaml-find.ts';
import { type Nodes, readNodes } from './yaml-nodes.ts';
import { type PlaceOf, placesIn } from './yaml-places.ts';

export type Path = readonly (string | number)[];

/** One slip makes the parser stumble over what follows: more problems of this kind help nobody. */
const FORM_PROBLEMS_LIMIT = 50;
/** A value of the user's may be of any length; a sentence may not. */
const SENTENCE_LIMIT = 1000;

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

/** A sentence that may hold pieces of a file: without secrets, without what moves a terminal's cursor, and no book. */
function printable(text: string): string {
  const plain = withoutSecretForms(text).replaceAll(
    /\p{Cc}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return plain.length > SENTENCE_LIMIT ? `${plain.slice(0, SENTENCE_LIMIT)}...` : plain;
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

function sentenceFor(code: string, message: string): { message: string; hint?: string } {
  const first = message.split('\n')[0] ?? message;
  if (code === 'TAB_AS_INDENT') {
    return { message: 'a tab stands in the indentation', hint: 'YAML is indented with spaces only.' };
  }
  // The parser ends some messages with a piece of the file.
  const quotes =
    code === 'BAD_SCALAR_START' || /^Unexpected alias at node end|^Block scalar header/.test(first);
  const hint = quotes
    ? 'Put the value into quotes: text that begins with @, `, %, *, | or > needs them.'
    : undefined;
  return {
    ...(hint === undefined ? {} : { hint }),
    message: `this is not YAML: ${withoutSource(first)}`,
  };
}

function withoutSource(message: string): string {
  return message.replace(/^(Unresolved [^:]*): .*$/, '$1').replace(/: (["']).*$/, '');
}

/** A file that could not be read as YAML at all. */
function unread(file: string, problem: Omit<Problem, 'file'>): YamlSource {
  return {
    file,
    data: undefined,
    problems: [{ file, ...problem }],
    at: (_path, message) => ({ file, message }),
    has: () => false,
  };
}

/** What the parser stumbled over, in words. */
function parseProblems(documents: readonly Document[], placeOf: PlaceOf): readonly Omit<Problem, 'file'>[] {
  const problems: Omit<Problem, 'file'>[] = [];
  const told = new Set<number | undefined>();
  for (const { errors } of documents) {
    // A tab is named alone, and a line once.
    const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
    for (const error of tabs.length > 0 ? tabs : errors) {
      const place = placeOf(...error.pos);
      if (told.has(place.line) || problems.length >= FORM_PROBLEMS_LIMIT) continue;
      told.add(place.line);
      problems.push({ ...place, ...sentenceFor(error.code, error.message) });
    }
  }
  return problems;
}

/** What the parser takes and we do not. */
function formProblems(
  nodes: Nodes,
  second: Document | undefined,
  placeOf: PlaceOf,
): readonly Omit<Problem, 'file'>[] {
  const problems: Omit<Problem, 'file'>[] = nodes.problems
    .slice(0, FORM_PROBLEMS_LIMIT)
    .map(({ node, ...words }) => {
      const [start, end] = node.range ?? [0, 0];
      return { ...placeOf(start, end), ...words };
    });
  const start = second?.range?.[0];
  if (start === undefined) return problems;
  const message = 'a second YAML document begins here, and one is expected';
  return [...problems, { ...placeOf(start, start + 1), message, hint: 'Put it into a file of its own.' }];
}

/** The same of a file's bytes. */
export function parseYamlBytes(file: string, bytes: Uint8Array, options: ParseOptions): YamlSource {
  const decoded = decodeText(bytes);
  return 'wrong' in decoded ? unread(file, decoded.wrong) : parseYaml(file, decoded.text, options);
}

export function parseYaml(file: string, text: string, options: ParseOptions): YamlSource {
  const counter = new LineCounter();
  const { documents, tooDeep } = composeDocuments(text, counter, options);
  if (tooDeep !== undefined) {
    const { line, col: column } = counter.linePos(tooDeep);
    return unread(file, { line, column, message: `the nesting is deeper than ${DEPTH_LIMIT} levels here` });
  }
  const [document, second] = documents;
  if (document === undefined) return { ...unread(file, { message: '' }), problems: [] };
  const nodes = readNodes(document);
  const placeOf = placesIn(text, counter, secretLines(documents, counter, nodes.resolve));
  const unparsed = parseProblems(documents, placeOf);
  const problems = unparsed.length > 0 ? unparsed : formProblems(nodes, second, placeOf);
  // Aliases are bounded: readNodes has counted them.
  const data: unknown = problems.length === 0 ? document.toJS({ maxAliasCount: -1 }) : undefined;
  const find = finderIn(document.contents, nodes.resolve);
  return {
    file,
    data,
    problems: problems.map((problem) => ({ file, ...problem })),
    at(path, message, { key = false, hint } = {}) {
      const found = find(path);
      const node = (key || found.depth < path.length) && isNode(found.key) ? found.key : found.value;
      const target = isNode(node) ? node : found.key;
      const range = isNode(target) ? target.range : undefined;
      return {
        file,
        ...(range ? placeOf(range[0], range[1]) : {}),
        message: printable(message),
        // Lines to add stand in it as lines.
        ...(hint === undefined ? {} : { hint: hint.split('\n').map(printable).join('\n') }),
      };
    },
    has: (path) => find(path).depth === path.length,
  };
}
