/** What the server is to the store arrives in the service account that the real chart makes, and nothing of the user's is lost. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { OFFICIAL_CHARTS } from '../../generator/chart/official-charts.ts';
import type { Manifest } from '../../generator/check/manifests.ts';
import { type Data, newFolder, RELEASE, renderData, valuesFiles } from './laid-over.ts';
import { findChart, findHelm, helmTemplate } from './real-chart.ts';

const ROLE = 'eks.amazonaws.com/role-arn';
const OURS = 'arn:aws:iam::123456789012:role/restore';
const THEIRS = 'arn:aws:iam::123456789012:role/vault-kms';
const STORE = { store: { s3: { bucket: 'snapshots', restoreRoleArn: OURS } } };
const TEXT = 'example.com/release: "{{ .Release.Name }}"\n';

interface Row {
  readonly name: string;
  readonly annotations: Data | string | undefined;
  readonly arrives: Data;
}

const ROWS: readonly Row[] = [
  { name: 'none', annotations: undefined, arrives: { [ROLE]: OURS } },
  { name: 'a map', annotations: { team: 'core' }, arrives: { team: 'core', [ROLE]: OURS } },
  { name: 'text', annotations: TEXT, arrives: { 'example.com/release': RELEASE.name, [ROLE]: OURS } },
  { name: 'a map with a role', annotations: { [ROLE]: THEIRS }, arrives: { [ROLE]: THEIRS } },
  {
    name: 'text with a role',
    annotations: `${TEXT}${ROLE}: ${THEIRS}`,
    arrives: { 'example.com/release': RELEASE.name, [ROLE]: THEIRS },
  },
];

const folder = newFolder();
after(() => rmSync(folder, { recursive: true, force: true }));
const helm = await findHelm();

for (const chart of OFFICIAL_CHARTS) {
  const found = await findChart(chart.product, chart.version);
  for (const { name, annotations, arrives } of ROWS) {
    test(`${chart.name} ${chart.version}, the user's annotations are ${name}: the role arrives beside them, or theirs stays`, {
      skip: helm.skip || found.skip,
    }, async () => {
      const values = {
        server: {
          ha: { enabled: true, replicas: 1, raft: { enabled: true } },
          ...(annotations === undefined ? {} : { serviceAccount: { annotations } }),
        },
      };
      const rendered = renderData(chart, values, STORE);

      const manifests = await helmTemplate(
        helm.path,
        found.path,
        RELEASE,
        valuesFiles(folder, values, rendered),
      );

      const account = manifests.find(
        ({ kind, metadata }) =>
          kind === 'ServiceAccount' && metadata.name === rendered.plan.facts.account.name,
      ) as Manifest | undefined;
      assert.deepEqual(account?.metadata.annotations, arrives);
    });
  }
}
