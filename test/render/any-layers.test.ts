/** However a configuration is cut into layers, or put into a fleet, it renders the same bytes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { renderClusters } from '../../generator/clusters.ts';
import { editorSchema, layerSchema } from '../../generator/config/editor-schema.ts';
import { loadLayers } from '../../generator/config/load.ts';
import { parseYaml } from '../../generator/config/yaml-source.ts';
import { render } from '../../generator/render/render.ts';
import { type AnyConfig, anyConfig, inputOf } from './any-config.ts';

type Tree = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTree(value: unknown): value is Tree {
  return isMap(value) && Object.keys(value).length > 0;
}

/** Leaves by their path: what is no map, and empty maps. */
function leaves(tree: Tree, at: readonly string[] = []): readonly (readonly [readonly string[], unknown])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) ? leaves(value, [...at, key]) : [[[...at, key], value] as const],
  );
}

function put(tree: Record<string, unknown>, at: readonly string[], value: unknown): void {
  const [key = '', ...rest] = at;
  if (rest.length === 0) tree[key] = value;
  else {
    tree[key] ??= {};
    put(tree[key] as Record<string, unknown>, rest, value);
  }
}

/** What an earlier layer says of a leaf that a later one decides. */
const NOISE = [undefined, 'other', ['a', 'b'], 7, { nested: 1 }];

/** Each leaf goes into one layer; an earlier layer may hold anything in its place, if the schema knows the key. */
function cut(config: string, choices: readonly number[], count: number): readonly string[] {
  const layers: Record<string, unknown>[] = Array.from({ length: count }, () => ({}));
  for (const [index, [at, value]] of leaves(parse(config) as Tree).entries()) {
    const choice = choices[index % choices.length] ?? 0;
    const layer = choice % count;
    put(layers[layer] ?? {}, at, value);
    const noise = NOISE[choice % NOISE.length];
    const earlier = layers[layer - 1];
    // An empty map would be merged with what stands there.
    if (noise === undefined || earlier === undefined || isTree(noise) || typeof value === 'object') continue;
    put(earlier, at, at[0] === 'version' ? 1 : noise);
  }
  return layers.map((layer) => stringify(layer)).filter((text) => text !== '{}\n');
}

function bytesOf(given: AnyConfig, texts: readonly string[]): string {
  const sources = texts.map((text, index) => parseYaml(`${index}.yaml`, text, { version: '1.2' }));
  const { files } = render({ ...inputOf(given), loaded: loadLayers(sources) });
  return files.map(({ name, text }) => `${name}\n${text}`).join('');
}

test('any cut of a valid configuration into layers renders the bytes of the whole', () => {
  fc.assert(
    fc.property(
      anyConfig,
      fc.array(fc.nat(100), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      (given, choices, count) => {
        assert.equal(bytesOf(given, cut(given.config, choices, count)), bytesOf(given, [given.config]));
      },
    ),
    { numRuns: 200 },
  );
});

test('an editor marks nothing in any valid configuration, whole or as a layer', () => {
  const ajv = new Ajv({ strict: false });
  const [whole, layer] = [ajv.compile(editorSchema()), ajv.compile(layerSchema())];
  fc.assert(
    fc.property(anyConfig, ({ config }) => {
      for (const validate of [whole, layer]) {
        assert.ok(validate(parse(config)), JSON.stringify(validate.errors));
      }
    }),
  );
});

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-layers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('any cluster of any fleet renders the bytes of its configuration alone, in the order of the file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyConfig, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(100), { minLength: 1, maxLength: 40 }),
      async (configs, choices) => {
        const clusters = configs.map((given, index) => {
          // Everything into files of this folder, and each Vault under a name of its own.
          const tree = parse(given.config) as Tree & { readonly name: string; readonly release: Tree };
          const own = { ...tree, name: `v${index}`, release: { ...tree.release, values: [`${index}.yaml`] } };
          writeFileSync(path.join(folder, `${index}.yaml`), given.values);
          return { folder: `c${(index * 7) % 5}`, given, own };
        });
        const [first] = clusters;
        const defaults = parse(cut(stringify(first?.own), choices, 2)[0] ?? '{}') as Tree;
        // Defaults that only the first one has: the others remove what they do not say themselves.
        const removing = (own: Tree, under: Tree): Tree =>
          Object.fromEntries([
            ...Object.keys(under)
              .filter((key) => !Object.hasOwn(own, key))
              .map((key) => [key, null]),
            ...Object.entries(own).map(([key, value]) => {
              const below = under[key];
              return [key, isMap(value) && isMap(below) ? removing(value, below) : value];
            }),
          ]);
        const fleet = {
          version: 1,
          defaults,
          clusters: Object.fromEntries(
            clusters.map(({ folder: name, own }) => [name, removing(own, defaults)]),
          ),
        };
        writeFileSync(path.join(folder, 'fleet.yaml'), stringify(fleet));

        const rendered = await renderClusters(
          { files: [path.join(folder, 'fleet.yaml')] },
          Readable.from(['']),
        );

        assert.deepEqual(
          rendered.map(({ folder: name }) => name),
          clusters.map(({ folder: name }) => name),
        );
        for (const [index, { own }] of clusters.entries()) {
          writeFileSync(path.join(folder, 'alone.yaml'), stringify(own));
          const [alone] = await renderClusters(
            { files: [path.join(folder, 'alone.yaml')] },
            Readable.from(['']),
          );
          assert.deepEqual(rendered[index]?.files, alone?.files);
        }
      },
    ),
    { numRuns: 40 },
  );
});
