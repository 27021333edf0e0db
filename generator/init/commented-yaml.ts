/**
 * A lifeboat.yaml with the schema's own words above each key. Keys that are not set and have a default or an example
 * stand there as `#key: value`, to be uncommented.
 */
import { stringify } from 'yaml';
import { isMap, type Values } from '../chart/values.ts';
import { wrapped } from '../config/explain-text.ts';
import { ROOT, type SchemaNode } from '../config/schema-keys.ts';

const WIDTH = 110;
const SUGGESTION_WIDTH = 40;

/** One line of YAML. */
function inline(value: unknown): string {
  const text = stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: false,
    version: '1.2',
    compat: 'yaml-1.1',
  });
  return text.trimEnd();
}

function comment(text: string, indent: string): readonly string[] {
  return wrapped(text, WIDTH - indent.length - 2).map((line) => `${indent}# ${line}`);
}

/** What an optional key might be set to: its default, or an example that fits on a short line. */
function suggestion({ properties, items, default: usual, examples = [] }: SchemaNode): string | undefined {
  if (properties !== undefined || items !== undefined) return undefined;
  const value = usual ?? examples[0];
  if (value === undefined || value === '' || typeof value === 'object') return undefined;
  const text = inline(value);
  return text.length > SUGGESTION_WIDTH ? undefined : text;
}

export interface Beside {
  /** More words above a key, by its path. */
  readonly notes: ReadonlyMap<string, string>;
  /** What a key that is not set might be set to here, by its path. */
  readonly offers: ReadonlyMap<string, unknown>;
}

const NOTHING: Beside = { notes: new Map(), offers: new Map() };

function lines(node: SchemaNode, data: Values, path: string, { notes, offers }: Beside): readonly string[] {
  const depth = path === '' ? 0 : path.split('.').length;
  const indent = '  '.repeat(depth);
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const name = path === '' ? key : `${path}.${key}`;
    const value = data[key];
    const note = notes.get(name);
    const about = [
      ...comment(child.description ?? '', indent),
      ...(note === undefined ? [] : [`${indent}#`, ...comment(note, indent)]),
    ];
    const space = depth === 0 && key !== Object.keys(node.properties ?? {})[0] ? [''] : [];
    if (value === undefined) {
      const text = offers.has(name) ? inline(offers.get(name)) : suggestion(child);
      return text === undefined ? [] : [...space, ...about, `${indent}#${key}: ${text}`];
    }
    if (isMap(value) && child.properties !== undefined && Object.keys(value).length > 0) {
      return [...space, ...about, `${indent}${key}:`, ...lines(child, value, name, { notes, offers })];
    }
    return [...space, ...about, `${indent}${key}: ${inline(value)}`];
  });
}

export function commentedYaml(data: Values, header: string, beside: Beside = NOTHING): string {
  const head = header.split('\n').map((line) => `# ${line}`.trimEnd());
  return `${[...head, '', ...lines(ROOT, data, '', beside)].join('\n')}\n`;
}
