import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layered, partOf } from './layers.ts';
import { loadLayers } from './load.ts';
import { ConfigError, formatProblem, type Problem } from './problem.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

const BASE = `version: 1
name: payments-vault
image: {repository: registry.example/lifeboat, tag: 0.1.0}
release: {name: vault, namespace: vault, chartVersion: 0.34.1, values: [base.yaml]}
store:
  s3: {bucket: vault, region: eu-central-1}
`;

function source(file: string, text: string): YamlSource {
  return parseYaml(file, text, { version: '1.2' });
}

function layers(...texts: readonly string[]): readonly YamlSource[] {
  return texts.map((text, index) => source(`${index + 1}.yaml`, text));
}

function problemsOf(...texts: readonly string[]): readonly Problem[] {
  try {
    loadLayers(layers(...texts));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('maps are merged deeply, lists and scalars are replaced, and null removes', () => {
  const { config } = loadLayers(
    layers(
      BASE,
      'release: {values: [a.yaml, b.yaml], namespace: prod}\nstore: {s3: {region: null, prefix: p}}\n',
      'image: {tag: 0.2.0}\n',
    ),
  );

  assert.deepEqual(config.release.values, ['a.yaml', 'b.yaml']);
  assert.equal(config.release.namespace, 'prod');
  assert.equal(config.release.name, 'vault');
  assert.equal(config.image.tag, '0.2.0');
  assert.deepEqual(config.store, {
    s3: { bucket: 'vault', prefix: 'p', region: 'us-east-1', forcePathStyle: false },
  });
});

test('a kind is changed by removing the other one', () => {
  const { config } = loadLayers(
    layers(BASE, 'store: {s3: null, directory: {volume: {nfs: {server: n, path: /x}}}}\n'),
  );

  assert.ok('directory' in config.store);
});

interface Row {
  readonly name: string;
  readonly texts: readonly string[];
  readonly place: string;
  readonly says: RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: 'a wrong value at the layer that set it',
    texts: [BASE, '# prod\nbackup: {schedule: x}\n', 'log: {format: json}\n'],
    place: '2.yaml:2:20',
    says: /has 1 fields/,
  },
  {
    name: 'a wrong value of the first layer, though a later one touches its map',
    texts: [BASE.replace('bucket: vault', 'bucket: "!"'), 'store: {s3: {region: us-south}}\n'],
    place: '1.yaml:6:16',
    says: /store\.s3\.bucket must be the name of a bucket/,
  },
  {
    name: 'a missing key at the last layer that has its parent',
    texts: [BASE, 'store: {s3: {bucket: null}}\n', 'log: {format: json}\n'],
    place: '2.yaml:1:9',
    says: /store\.s3\.bucket is missing/,
  },
  {
    name: 'a key that is missing everywhere at the last layer',
    texts: [BASE.replace('name: payments-vault\n', ''), 'log: {format: json}\n'],
    place: '2.yaml:1:1',
    says: /^name is missing/,
  },
  {
    name: 'two kinds at the layer that named the second one',
    texts: [BASE, 'store: {directory: {volume: {nfs: {server: n, path: /x}}}}\n'],
    place: '2.yaml:1:1',
    says: /it names s3 and directory/,
  },
  {
    name: 'an unknown key that a later layer removes',
    texts: [`${BASE}backup: {shedule: x}\n`, 'backup: null\n'],
    place: '1.yaml:7:10',
    says: /unknown key "shedule" in backup; did you mean "schedule"\?/,
  },
  {
    name: 'an unknown key whose null would remove nothing',
    texts: [BASE, 'bakup: null\n'],
    place: '2.yaml:1:1',
    says: /unknown key "bakup"/,
  },
  {
    name: 'an item of a list at the layer whose list is in force',
    texts: [
      `${BASE}backup: {pod: {extraEnv: [{name: A}, {name: B}, {name: C}]}}\n`,
      'backup:\n  pod:\n    extraEnv:\n      - {value: x}\n',
    ],
    place: '2.yaml:4:9',
    says: /extraEnv\[0\]\.name is missing/,
  },
  {
    name: 'a secret in a layer that another one hides',
    texts: [BASE.replace('bucket: vault', 'bucket: AKIAABCDEFGHIJKLMNOP'), 'store: {s3: {bucket: b-2}}\n'],
    place: '1.yaml:6:16',
    says: /has the form of a secret/,
  },
  {
    name: 'a layer of a newer version, and nothing else',
    texts: [BASE, 'version: 2\nspare: 1\n'],
    place: '2.yaml:1:10',
    says: /of version 2/,
  },
  { name: 'an empty layer', texts: [BASE, '# nothing\n'], place: '2.yaml', says: /the file is empty/ },
  {
    name: 'a layer that is no map',
    texts: [BASE, '- a\n'],
    place: '2.yaml:1:1',
    says: /must be a map of keys/,
  },
];

for (const { name, texts, place, says } of ROWS) {
  test(`names ${name}`, () => {
    const problems = problemsOf(...texts).filter(({ message }) => says.test(message));

    assert.equal(
      problems.length,
      1,
      problemsOf(...texts)
        .map(formatProblem)
        .join('\n') || 'nothing was refused',
    );
    const [{ file, line, column } = { file: '' }] = problems;
    assert.equal([file, line, column].filter((part) => part !== undefined).join(':'), place);
  });
}

test('what a later list or scalar hides is never to blame', () => {
  const merged = layered(layers('l: [{a: 1}]\ns: {a: 1}\n', 'l: [{b: 2}]\ns: 5\n'));

  for (const path of [
    ['l', 0, 'a'],
    ['s', 'a'],
  ]) {
    assert.equal(merged.at(path, 'm').file, '2.yaml');
  }
});

test('problems of all layers come in one run, in the order of the layers', () => {
  const problems = problemsOf(
    BASE.replace('payments-vault', 'Payments'),
    'backup: {schedule: x}\nspare: 1\n',
    'log: {format: xml}\n',
  );

  assert.deepEqual(
    problems.map(({ file, line }) => `${file}:${line}`),
    ['1.yaml:2', '2.yaml:1', '2.yaml:2', '3.yaml:1'],
  );
});

test('files that are not YAML are named together', () => {
  const problems = problemsOf('a: [', BASE, 'b: "');

  assert.deepEqual([...new Set(problems.map(({ file }) => file))], ['1.yaml', '3.yaml']);
});

test('a key __proto__ is a key like any other', () => {
  const merged = layered(layers('a: 1\n', '__proto__: {polluted: true}\nconstructor: {b: 1}\n'));

  assert.deepEqual(Object.keys(merged.data as object), ['a', '__proto__', 'constructor']);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.equal((merged.data as { polluted?: boolean }).polluted, undefined);
  assert.equal(problemsOf(BASE, '__proto__: {a: 1}\nconstructor: 1\n').length, 2);
});

test('a part of a file speaks of its own paths and of the places of the file', () => {
  const part = partOf(source('fleet.yaml', 'clusters:\n  eu:\n    name: x\n  us:\n'), ['clusters', 'eu']);
  const empty = partOf(source('fleet.yaml', 'clusters:\n  us:\n'), ['clusters', 'us']);

  assert.deepEqual(part.data, { name: 'x' });
  assert.ok(part.has(['name']) && !part.has(['clusters']));
  const { line, column } = part.at(['name'], 'm');
  assert.deepEqual([line, column], [3, 11]);
  assert.deepEqual(empty.data, {});
});
