/** The stanzas of a server's configuration by name, out of HCL and JSON alike: what a check asks of them. */
import { type HclItem, HclSyntaxError, hclItems, listValues, plainText } from './hcl-items.ts';

/** Between the braces. Names are given in lower case: both servers compare them without regard to case. */
export interface Body {
  has(name: string): boolean;
  /** A value as text, without its quotes; undefined where there is none, or a list or block. */
  text(name: string): string | undefined;
  /** Blocks without a label, such as each `retry_join`. */
  bodies(name: string): readonly Body[];
}

/** `storage "raft" { ... }` has the label raft. */
export interface Stanza {
  readonly label: string;
  readonly body: Body;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text as JSON; undefined where it is none. Throws where it only begins like JSON. */
export function asJson(text: string): Json | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold the token of a seal.
    throw new HclSyntaxError('it begins like JSON, but is none', 0);
  }
  return isObject(parsed) ? parsed : undefined;
}

/** In JSON each thing may stand alone or in a list. */
function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flatMap(listed) : [value];
}

function jsonValues(json: Json, name: string): readonly unknown[] {
  return Object.entries(json)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => listed(value));
}

function jsonBody(parts: readonly Json[]): Body {
  const values = (name: string) => parts.flatMap((part) => jsonValues(part, name));
  return {
    has: (name) => values(name).length > 0,
    text: (name) => {
      const value = parts
        .flatMap((part) => Object.entries(part))
        .findLast(([key, one]) => key.toLowerCase() === name && typeof one !== 'object');
      return value === undefined ? undefined : String(value[1]);
    },
    bodies: (name) =>
      values(name)
        .filter(isObject)
        .map((one) => jsonBody([one])),
  };
}

function jsonStanzas(json: Json, names: readonly string[]): readonly Stanza[] {
  return names
    .flatMap((name) => jsonValues(json, name))
    .filter(isObject)
    .flatMap((entry) =>
      Object.entries(entry).map(([label, body]) => ({
        label,
        body: jsonBody(listed(body).filter(isObject)),
      })),
    );
}

function hclBody(text: string): Body {
  const items = hclItems(text);
  const named = (name: string) => items.filter((item) => item.name.toLowerCase() === name);
  return {
    has: (name) => named(name).length > 0,
    text: (name) => {
      // Where a name stands twice, the last one counts.
      const item = named(name).findLast(({ kind }) => kind === 'attribute');
      return item === undefined || item.body.startsWith('[') ? undefined : plainText(item.body);
    },
    bodies: (name) =>
      named(name).flatMap((item) => {
        if (item.kind === 'block') return [hclBody(item.body)];
        if (!item.body.startsWith('[')) return [];
        return listValues(item.body)
          .filter((value) => value.startsWith('{'))
          .map((value) => hclBody(value.slice(1, -1)));
      }),
  };
}

/** Both servers take `storage = { raft = { ... } }` for `storage "raft" { ... }`. */
export function labelled(item: HclItem): { readonly label: string; readonly body: string } {
  const [label] = item.labels;
  if (label !== undefined) return { label, body: item.body };
  const inner = item.kind === 'block' ? hclItems(item.body)[0] : undefined;
  return { label: inner?.name ?? '', body: inner?.body ?? '' };
}

/** In the order of the text. Throws HclSyntaxError where it does not parse. */
export function stanzasOf(config: string, ...names: readonly string[]): readonly Stanza[] {
  const json = asJson(config);
  if (json !== undefined) return jsonStanzas(json, names);
  return hclItems(config)
    .filter(({ name }) => names.includes(name.toLowerCase()))
    .map((item) => {
      const { label, body } = labelled(item);
      return { label, body: hclBody(body) };
    });
}
