/** `vault.raftConfig: render` on the real charts: each server is led to, and the user's own lines arrive as they are. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { stanzasOf } from '../../contract/config-stanzas.ts';
import { OFFICIAL_CHARTS } from '../../generator/chart/official-charts.ts';
import { lostValues } from '../../generator/check/arrival.ts';
import { statefulSetIn } from '../../generator/check/manifests.ts';
import { dataOf } from './cases.ts';
import { type Data, newFolder, RELEASE, renderData, valuesFiles } from './laid-over.ts';
import { findChart, findHelm, helmTemplate } from './real-chart.ts';

const folder = newFolder();
after(() => rmSync(folder, { recursive: true, force: true }));
const helm = await findHelm();

/** Written by hand, with all that a printer would write in another way. */
const lines = (product: string) => `ui   =  true

listener "tcp" { # mine
\ttls_disable = 1
  address="[::]:8200"
}
seal  "awskms" { kms_key_id = "alias/{x}" } // "one line"
storage "raft" {
  path = "/${product}/data"   # {} }
}
telemetry {
      disable_hostname    = true
}
`;

for (const chart of OFFICIAL_CHARTS) {
  const found = await findChart(chart.product, chart.version);
  const name = `${chart.name} ${chart.version}`;

  for (const restore of [true, false]) {
    const replicas = restore ? 1 : 3;
    test(`${name}: ${replicas} of ${replicas} servers are led to, ${restore ? 'with a restore' : 'for backups alone'}`, {
      skip: helm.skip || found.skip,
    }, async () => {
      const config = lines(chart.product);
      const values = { server: { ha: { enabled: true, replicas, raft: { enabled: true, config } } } };
      const rendered = renderData(chart, values, {
        vault: { raftConfig: 'render' },
        restore: { enabled: restore },
      });
      const files = valuesFiles(folder, values, rendered);

      const manifests = await helmTemplate(helm.path, found.path, RELEASE, files);

      const { fullname } = rendered.plan.facts;
      const text =
        manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === `${fullname}-config`)
          ?.data?.['extraconfig-from-values.hcl'] ?? '';
      const joins = stanzasOf(text, 'storage')[0]?.body.bodies('retry_join') ?? [];
      assert.deepEqual(
        joins.map((join) => join.text('leader_api_addr')),
        restore ? [] : [0, 1, 2].map((ordinal) => `http://${fullname}-${ordinal}.${fullname}-internal:8200`),
      );
      const own = text.replaceAll(/^ {2}retry_join \{\n(?: {4}.*\n)+ {2}\}\n/gm, '');
      assert.ok(own.includes(config.trim()), own);
      const set = statefulSetIn(manifests);
      assert.ok(set !== undefined);
      const overlay = dataOf<Data>(rendered, 'vault-values.yaml');
      assert.deepEqual(lostValues(overlay, set, manifests, rendered.plan, name), []);
    });
  }
}
