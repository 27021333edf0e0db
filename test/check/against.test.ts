/**
 * The official charts move what we use, from one version to the next. Each pair here is real: what was rendered for
 * the old version is given to the new one, and `check --against` names what no longer arrives, and what to do.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import type { Product } from '../../generator/chart/official-charts.ts';
import { findChart, findHelm } from '../render/real-chart.ts';
import { lifeboat } from '../support/command-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-against-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const helm = await findHelm();

interface Upgrade {
  readonly product: Product;
  readonly from: string;
  readonly to: string;
  readonly values: object;
}

interface Told {
  readonly exit: number | undefined;
  readonly stdout: string;
  readonly findings: readonly { readonly rule: string; readonly message: string; readonly hint: string }[];
}

function write({ product, from, values }: Upgrade): string {
  const place = mkdtempSync(path.join(folder, 'case-'));
  writeFileSync(path.join(place, 'values.yaml'), stringify(values));
  const config = {
    version: 1,
    name: 'payments',
    image: { repository: 'registry.example/lifeboat', tag: '0.1.0' },
    release: {
      ...{ name: 'vault', namespace: 'vault', chart: `charts/${product}`, chartVersion: from },
      values: ['values.yaml'],
    },
    store: { s3: { bucket: 'snapshots', secretRef: { name: 's3' } } },
  };
  writeFileSync(path.join(place, 'lifeboat.yaml'), stringify(config));
  return path.join(place, 'lifeboat.yaml');
}

/** Of the summary only what is about the official chart. */
async function checked(upgrade: Upgrade, chart: string, more: readonly string[]): Promise<Told> {
  const args = ['check', '-f', write(upgrade), '--chart', chart, ...more];
  const env = { HELM_BIN: helm.path };
  const { code, stdout, stderr } = await lifeboat([...args, '--json'], { env });
  assert.equal(stderr, '');
  const { checks } = JSON.parse(stdout) as {
    checks: readonly { check: string; findings: Told['findings'] }[];
  };
  const findings = checks.find(({ check }) => check === 'official chart')?.findings ?? [];
  return { exit: code, stdout, findings };
}

/** The old chart takes it all; then what the new one is told to make of it. */
function upgradeTest(name: string, upgrade: Upgrade, seen: (told: Told) => void): void {
  const { product, from, to } = upgrade;
  test(`${product} ${from} to ${to}: ${name}`, { skip: helm.skip }, async (t) => {
    const [old, next] = [await findChart(product, from), await findChart(product, to)];
    const skip = old.skip || next.skip;
    if (skip !== false) return t.skip(skip);
    const now = await checked(upgrade, old.path, []);
    assert.deepEqual([now.exit, now.findings], [0, []]);

    seen(await checked(upgrade, old.path, ['--against', next.path]));
  });
}

const RAFT = { ha: { enabled: true, replicas: 1, raft: { enabled: true } } };

upgradeTest(
  'an image that the values leave to the chart is another one, and the restore would run the old one',
  { product: 'vault', from: '0.32.0', to: '0.34.1', values: { server: RAFT } },
  ({ exit, findings }) => {
    assert.equal(exit, 5);
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['restore-sees-the-server'],
    );
    assert.match(findings[0]?.message ?? '', /"hashicorp\/vault:2\.0\.4".*"hashicorp\/vault:1\.21\.2"/);
    assert.match(findings[0]?.hint ?? '', /Set release\.chartVersion: 0\.34\.1, render again/);
  },
);

const STANDALONE = `listener "tcp" {
  address     = "[::]:8200"
  tls_disable = 1
}
storage "raft" { path = "/vault/data" }
seal "transit" {
  address  = "https://keys.example"
  key_name = "vault"
}
`;

upgradeTest(
  'the configuration of a standalone server is taken from another value, which has no seal',
  {
    ...{ product: 'vault', from: '0.28.1', to: '0.30.0' },
    values: {
      server: {
        image: { tag: '1.17.2' },
        standalone: { enabled: true, config: STANDALONE },
        ha: { raft: { enabled: true } },
      },
    },
  },
  ({ exit, findings }) => {
    assert.equal(exit, 5);
    assert.deepEqual(
      findings.map(({ rule, message }) => [rule, message]),
      [
        [
          'server-as-planned',
          'the seal in the configuration: planned is "transit", and vault 0.30.0 renders "shamir"',
        ],
      ],
    );
    // Rendering again would hide that the server loses its seal.
    assert.match(findings[0]?.hint ?? '', /your values make another server.*or stay with 0\.28\.1/);
  },
);

upgradeTest(
  'init containers are evaluated as templates, and what stood there as it was does no longer',
  {
    ...{ product: 'openbao', from: '0.27.2', to: '0.29.2' },
    values: {
      server: {
        ...RAFT,
        image: { tag: '2.4.4' },
        extraEnvironmentVars: { GREETING: '{{ .Release.Name }}' },
        extraInitContainers: [{ name: 'plugins', image: 'registry.example/plugins:1', args: ['{{ "{{" }}'] }],
      },
    },
  },
  ({ exit, findings }) => {
    assert.equal(exit, 5);
    const told = findings.map(({ rule, message }) => `${rule}: ${message}`).join('\n');
    assert.match(
      told,
      /value-arrives: server\.extraInitContainers\[\d\]\.env\[\d+\]\.value arrives changed in what openbao 0\.29\.2 renders: "\{\{ \.Release\.Name \}\}" became "vault"/,
    );
    assert.match(
      told,
      /restore-sees-the-server: .*env\[\d+\]\.value of the server is "\{\{ \.Release\.Name \}\}"/,
    );
    assert.match(findings[0]?.hint ?? '', /Set release\.chartVersion: 0\.29\.2, render again/);
  },
);

upgradeTest(
  'nothing that we use moved where the image is named and no default stands behind it',
  {
    product: 'vault',
    from: '0.32.0',
    to: '0.34.1',
    values: { server: { ...RAFT, image: { tag: '1.21.1' } } },
  },
  ({ exit, findings }) => assert.deepEqual([exit, findings], [0, []]),
);
