/**
 * Splits a server's HCL configuration into its top-level items without understanding the values, so that each
 * item's text can be kept byte for byte (a seal stanza is carried over as the user wrote it) or left out.
 *
 * An item is `name = value` or `name "label" ... { body }`. Comments and heredocs are stepped over.
 */

export interface HclItem {
  readonly name: string;
  /** `["raft"]` of `storage "raft" { ... }` */
  readonly labels: readonly string[];
  /** The whole item as written. */
  readonly text: string;
  /** Between the braces for a block; the text after `=` for an attribute. */
  readonly body: string;
  readonly kind: 'block' | 'attribute';
  /** The offset after it in the text that was split. */
  readonly end: number;
}

/** Where and why a text is no HCL. `offset` counts characters. */
export class HclSyntaxError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'HclSyntaxError';
    this.offset = offset;
  }
}

const IDENTIFIER = /[A-Za-z_][\w.-]*/y;
const HEREDOC = /<<-?([A-Za-z_]\w*)\r?\n/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The offset just after the string that starts at `at`. `${...}` inside may hold quotes of its own. */
function endOfString(text: string, at: number): number {
  let depth = 0;
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '$' && text[i + 1] === '{') {
      depth++;
      i++;
    } else if (c === '}' && depth > 0) depth--;
    else if (c === '"' && depth === 0) return i + 1;
    else if (c === '\n' && depth === 0) break;
  }
  throw new HclSyntaxError('a string is not closed', at);
}

/** The offset after white space and comments (`#`, `//`, block comments). */
function skipBlank(text: string, at: number, lineEndsToo: boolean): number {
  let i = at;
  while (i < text.length) {
    const c = text[i];
    if (c === '#' || (c === '/' && text[i + 1] === '/')) {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
    } else if (c === '/' && text[i + 1] === '*') {
      const end = text.indexOf('*/', i + 2);
      if (end < 0) throw new HclSyntaxError('a comment is not closed', i);
      i = end + 2;
    } else if (c === ' ' || c === '\t' || c === '\r' || (lineEndsToo && (c === '\n' || c === ','))) i++;
    else break;
  }
  return i;
}

/**
 * The offset after the value that starts at `at`: one string, word, heredoc or bracketed thing. Not up to the end of
 * its line: both servers read several items in one line, and what follows may be one that must not be kept.
 */
function endOfValue(text: string, at: number): number {
  let depth = 0;
  let i = at;
  while (i < text.length) {
    const c = text[i] as string;
    const heredoc = c === '<' ? matchAt(HEREDOC, text, i) : null;
    if (heredoc !== null) {
      const close = new RegExp(`^[ \\t]*${heredoc[1]}[ \\t]*$`, 'm');
      const rest = text.slice(HEREDOC.lastIndex);
      const m = close.exec(rest);
      if (m === null) throw new HclSyntaxError(`the heredoc ${heredoc[1]} is not closed`, i);
      i = HEREDOC.lastIndex + m.index + m[0].length;
      if (depth === 0) return i;
    } else if (c === '"') {
      i = endOfString(text, i);
      if (depth === 0) return i;
    } else if (c === '#' || (c === '/' && (text[i + 1] === '/' || text[i + 1] === '*'))) {
      if (depth === 0 && text[i + 1] !== '*') return i;
      i = skipBlank(text, i, false);
    } else if ('{[('.includes(c)) {
      depth++;
      i++;
    } else if ('}])'.includes(c)) {
      if (depth === 0) return i;
      depth--;
      i++;
      if (depth === 0) return i;
    } else if (depth === 0 && (c === ',' || /\s/.test(c))) return i;
    else i++;
  }
  if (depth > 0) throw new HclSyntaxError('a bracket is not closed', at);
  return i;
}

function labelAt(text: string, at: number): { readonly text: string; readonly end: number } | undefined {
  if (text[at] === '"') {
    const end = endOfString(text, at);
    return { text: text.slice(at + 1, end - 1), end };
  }
  const bare = matchAt(IDENTIFIER, text, at);
  return bare === null ? undefined : { text: bare[0], end: IDENTIFIER.lastIndex };
}

/** All items of the top level, in order. Throws HclSyntaxError. */
export function hclItems(text: string): readonly HclItem[] {
  const items: HclItem[] = [];
  let i = skipBlank(text, 0, true);
  while (i < text.length) {
    const start = i;
    const first = labelAt(text, i);
    if (first === undefined) throw new HclSyntaxError(`unexpected ${JSON.stringify(text[i])}`, i);
    const name = first.text;
    const labels: string[] = [];
    i = skipBlank(text, first.end, true);
    // A label needs no quotes, and may stand on a line of its own, as the brace may: so both servers read it.
    for (let label = labelAt(text, i); label !== undefined; label = labelAt(text, i)) {
      labels.push(label.text);
      i = skipBlank(text, label.end, true);
    }
    if (text[i] !== '{') {
      if (text[i] !== '=' && text[i] !== ':')
        throw new HclSyntaxError(`expected "=" or "{" after ${name}`, i);
      // The value may begin on a later line.
      i = skipBlank(text, i + 1, true);
    }
    // Both servers take `name = { ... }` for `name { ... }`.
    const kind = text[i] === '{' ? 'block' : 'attribute';
    const end = endOfValue(text, i);
    const body = kind === 'block' ? text.slice(i + 1, end - 1) : text.slice(i, end).trim();
    items.push({ name, labels, text: text.slice(start, end), body, kind, end });
    i = skipBlank(text, end, true);
  }
  return items;
}

const PLAIN = /^"(?:[^"\\]|\\.)*"$/;

const WHOLE_HEREDOC = /^<<-?(\w+)\r?\n([\s\S]*?)[ \t]*\1$/;

/** A value as text: a string without its quotes, the lines of a heredoc, everything else as it is written. */
export function plainText(value: string): string {
  const heredoc = WHOLE_HEREDOC.exec(value);
  if (heredoc !== null) return heredoc[2] ?? '';
  return PLAIN.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

/** The values of a list, `[ ... ]`, each as it is written. */
export function listValues(list: string): readonly string[] {
  const values: string[] = [];
  let i = skipBlank(list, 1, true);
  while (i < list.length && list[i] !== ']') {
    const end = endOfValue(list, i);
    if (end === i) throw new HclSyntaxError(`unexpected ${JSON.stringify(list[i])}`, i);
    values.push(list.slice(i, end));
    i = skipBlank(list, end, true);
  }
  return values;
}
