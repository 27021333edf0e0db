import assert from 'node:assert/strict';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, test } from 'node:test';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { chartTraits, readChart } from './read-chart.ts';
import { valueAt } from './values.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-read-chart-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const FILES = {
  'Chart.yaml': 'name: openbao\nversion: 1.2.3\nappVersion: v9.9.9\n',
  'values.yaml': 'server: {image: {tag: ""}, extraEnvironmentVars: {}}\n',
  'templates/_helpers.tpl': '',
  'templates/server-statefulset.yaml': '{{ tpl (toYaml .Values.server.extraInitContainers) . }}',
  'README.md': 'not read',
};

test('a folder and a packed chart are read alike', async () => {
  const unpacked = path.join(folder, 'openbao');
  mkdirSync(path.join(unpacked, 'templates'), { recursive: true });
  const tar = pack();
  for (const [name, text] of Object.entries(FILES)) {
    writeFileSync(path.join(unpacked, name), text);
    tar.entry({ name: `openbao/${name}` }, text);
  }
  tar.entry({ name: 'openbao/charts/other/Chart.yaml' }, 'name: other\n');
  tar.finalize();
  const packed = path.join(folder, 'openbao-1.2.3.tgz');
  await pipeline(tar, createGzip(), createWriteStream(packed));

  const chart = await readChart(unpacked);

  assert.deepEqual(await readChart(packed), chart);
  assert.equal(chart.product, 'openbao');
  assert.equal(chart.version, '1.2.3');
  assert.equal(valueAt(chart.values, 'server.image.tag'), '');
  assert.equal(chart.traits.initContainersAreTemplates, true);
});

test('how the templates differ is read from their text', () => {
  const variables = [
    '{{ include "x.extraSecretEnvironmentVars" . }}',
    '{{ include "x.extraEnvironmentVars" . }}',
  ];
  const plain = '{{ toYaml .Values.server.extraInitContainers | nindent 8 }}';
  const chosen = '{{- if .Values.server.ha.raft.enabled -}}\n{{- $config = .Values.server.ha.raft.config -}}';

  assert.deepEqual(chartTraits('', [plain, ...variables].join('\n')), {
    initContainersAreTemplates: false,
    secretVariablesFirst: true,
    raftConfigInEveryMode: false,
    redundancyZones: false,
    probeCommands: false,
  });
  assert.deepEqual(
    chartTraits(
      chosen,
      ['VAULT_REDUNDANCY_ZONE', '.livenessProbe.execCommand', ...variables.toReversed()].join('\n'),
    ),
    {
      initContainersAreTemplates: false,
      secretVariablesFirst: false,
      raftConfigInEveryMode: true,
      redundancyZones: true,
      probeCommands: true,
    },
  );
});
