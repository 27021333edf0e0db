/**
 * What must not drift apart: values.yaml, its schema, the README's table, Chart.yaml and the contract.
 * `UPDATE_GOLDEN=1` writes the contract's backup slice into the schema anew.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isMap, isNode, isScalar, parse, parseDocument } from 'yaml';
import { backupSliceSchema } from '../../contract/slice.ts';
import { at, CHART } from './helm.ts';

const SCHEMA = join(CHART, 'values.schema.json');

/** Blocks whose parts are Kubernetes' own and documented as a whole. */
const WHOLE = new Set(['resources', 'podSecurityContext', 'securityContext']);

function read(name: string): Promise<string> {
  return readFile(join(CHART, name), 'utf8');
}

interface Value {
  readonly name: string;
  readonly value: unknown;
  readonly comment: string;
}

/** Every value of values.yaml that is ours, with the comment above it. */
function documented(node: unknown, path: readonly string[] = []): readonly Value[] {
  assert.ok(isMap(node));
  return node.items.flatMap((pair, index) => {
    assert.ok(isScalar(pair.key));
    const name = [...path, String(pair.key.value)].join('.');
    // The parser keeps the comment above a map's first key at the map.
    const comment = pair.key.commentBefore ?? (index === 0 ? node.commentBefore : undefined) ?? '';
    const nested = isMap(pair.value) && pair.value.items.length > 0 && !WHOLE.has(name);
    const own = { name, comment, value: isNode(pair.value) ? pair.value.toJSON() : undefined };
    return nested ? [own, ...documented(pair.value, [...path, String(pair.key.value)])] : [own];
  });
}

async function values(): Promise<readonly Value[]> {
  return documented(parseDocument(await read('values.yaml')).contents);
}

/** The schema of a value, `$ref` not followed: ours are all in place. */
function schemaOf(schema: unknown, name: string): unknown {
  return name.split('.').reduce<unknown>((inner, key) => at(inner, 'properties', key), schema);
}

test('each value has a comment', async () => {
  const all = await values();
  assert.ok(all.length > 40, `${all.length} values`);
  for (const { name, comment } of all) assert.match(comment, /\w/, name);
});

test('each value is in the schema, and the schema knows no other', async () => {
  const schema: unknown = JSON.parse(await readFile(SCHEMA, 'utf8'));
  const all = await values();
  for (const { name } of all) assert.ok(schemaOf(schema, name), name);
  const parents = [
    '',
    ...all
      .filter(({ name }) => all.some((other) => other.name.startsWith(`${name}.`)))
      .map(({ name }) => name),
  ];
  for (const parent of parents) {
    const part = parent === '' ? schema : schemaOf(schema, parent);
    assert.equal(at(part, 'additionalProperties'), false, parent);
    const prefix = parent === '' ? '' : `${parent}.`;
    const known = Object.keys(at(part, 'properties') as object).filter((key) => prefix + key !== 'global');
    const set = all
      .map(({ name }) => name)
      .filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('.'));
    assert.deepEqual(known.map((key) => prefix + key).sort(), [...set].sort());
  }
});

test('the README lists each value with its default, and no other', async () => {
  const rows = new Map(
    [...(await read('README.md')).matchAll(/^\| `([\w.]+)` +\| (.+?) +\|/gm)].map(([, name, text]) => [
      name,
      text,
    ]),
  );
  const all = await values();
  const leaves = all.filter(({ name }) => !all.some((other) => other.name.startsWith(`${name}.`)));
  for (const { name, value } of leaves) {
    assert.equal(rows.get(name), WHOLE.has(name) ? 'see values.yaml' : `\`${JSON.stringify(value)}\``, name);
  }
  assert.deepEqual(
    [...rows.keys()],
    leaves.map(({ name }) => name),
  );
});

test('the schema of `config` is the backup slice of the contract', async () => {
  const schema: unknown = JSON.parse(await readFile(SCHEMA, 'utf8'));
  // Its $id would make it a document of its own, inside the chart's schema.
  const { $id: _, ...slice } = JSON.parse(JSON.stringify(backupSliceSchema)) as Record<string, unknown>;
  if (process.env.UPDATE_GOLDEN === '1') {
    // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's own word
    Object.assign(at(schema, 'properties', 'config') as object, { then: slice });
    await writeFile(SCHEMA, `${JSON.stringify(schema, null, 2)}\n`);
  }
  assert.deepEqual(at(schema, 'properties', 'config', 'then'), slice);
});

test('chart, application and package are of one version and licence', async () => {
  const chart: unknown = parse(await read('Chart.yaml'));
  const pack: unknown = JSON.parse(await readFile(join(CHART, '../../package.json'), 'utf8'));
  assert.equal(at(chart, 'version'), at(pack, 'version'));
  assert.equal(at(chart, 'appVersion'), at(pack, 'version'));
  assert.equal(at(chart, 'annotations', 'artifacthub.io/license'), at(pack, 'license'));
});
