/**
 * `lifeboat plan --live`: the built program calls the real helm, which reads releases of the real official charts out
 * of a stand-in for the Kubernetes API (test/support/stand-in-kubernetes.ts). No cluster runs here.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { mergeFiles } from '../../generator/compare/live-values.ts';
import { caseFolder } from '../render/cases.ts';
import { asFleet } from '../support/as-fleet.ts';
import { type Ended, lifeboat } from '../support/command-line.ts';
import { whyMissing } from '../support/skip.ts';
import { type StandIn, type StoredRelease, startStandIn } from '../support/stand-in-kubernetes.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { findTool } from '../support/tools/find-tool.ts';

type Map = Record<string, unknown>;

const skip = (await whyMissing('helm')) ?? false;
const work = mkdtempSync(path.join(tmpdir(), 'lifeboat-plan-live-'));
let api: StandIn;
let helm = '';

before(async () => {
  if (skip !== false) return;
  helm = (await findTool('helm')).path;
  api = await startStandIn(path.join(work, 'kubeconfig'));
});
after(async () => {
  await api?.close();
  rmSync(work, { recursive: true, force: true });
});
beforeEach(() => {
  if (skip === false) api.forbidden = false;
});

interface Scene {
  readonly folder: string;
  readonly chart: string;
  plan(...flags: readonly string[]): Promise<Ended>;
  /** The stored release of the official chart, or of ours. */
  release(name: string): StoredRelease & { values: Map };
}

/** Both releases as if what the case renders had been installed. */
async function installed(name: string, product: 'vault' | 'openbao', version: string): Promise<Scene> {
  const folder = mkdtempSync(path.join(work, 'case-'));
  cpSync(caseFolder(name), folder, { recursive: true });
  const config = path.join(folder, 'lifeboat.yaml');
  const rendered = await lifeboat(['render', '-f', config, '-o', path.join(folder, 'out')]);
  assert.equal(rendered.code, 0, rendered.stderr);
  const { release, backup } = parse(readFileSync(config, 'utf8')) as {
    release: { name: string; namespace: string; values: string[] };
    backup?: { namespace?: string };
  };
  const files = [...release.values, 'out/vault-values.yaml'].map((file) => path.join(folder, file));
  const read = (file: string): Map => parse(readFileSync(file, 'utf8'), { version: '1.1' }) as Map;
  const chart = await findOfficialChart(product, version);
  const { stdout } = await execa(helm, [
    ...['template', release.name, chart, '-n', release.namespace, '--kube-version', '1.34.0'],
    ...files.flatMap((file) => ['-f', file]),
  ]);
  const { namespace } = release;
  api.releases.splice(0, api.releases.length, {
    ...{ name: release.name, namespace, chart: { name: product, version } },
    ...{ values: mergeFiles(files.map(read)), manifest: stdout },
  });
  api.releases.push({
    name: `${release.name}-lifeboat`,
    namespace: backup?.namespace ?? namespace,
    chart: { name: 'vault-lifeboat', version: '0.1.0' },
    values: read(path.join(folder, 'out/lifeboat-values.yaml')),
    manifest: '',
  });
  return {
    folder,
    chart,
    plan: (...flags) =>
      lifeboat(['plan', '-f', config, '--live', '--kubeconfig', api.kubeconfig, '--chart', chart, ...flags], {
        env: { HELM_BIN: helm, HOME: work },
      }),
    release: (which) => {
      const found = api.releases.find((one) => one.name === which);
      assert.ok(found);
      return found as StoredRelease & { values: Map };
    },
  };
}

function edit(file: string, change: (text: string) => string): void {
  const text = readFileSync(file, 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text);
  writeFileSync(file, changed);
}

describe('plan --live', { skip }, () => {
  for (const [name, product, version] of [
    ['vault-s3-approle', 'vault', '0.34.1'],
    ['vault-auto-unseal-tls', 'vault', '0.34.1'],
    ['openbao-directory-kubernetes', 'openbao', '0.29.2'],
    ['backups-only', 'vault', '0.28.1'],
  ] as const) {
    it(`of what is installed as rendered finds nothing: ${name}`, async () => {
      const { plan } = await installed(name, product, version);

      const { code, stdout, stderr } = await plan('--exit-code');

      assert.equal(code, 0, `${stdout}${stderr}`);
      assert.equal(stdout, 'Nothing would change.\n');
      assert.deepEqual(api.writes, []);
    });
  }

  it('shows what an upgrade would change of both releases, and what it means; 4 on drift', async () => {
    const { folder, plan } = await installed('vault-s3-approle', 'vault', '0.34.1');
    edit(path.join(folder, 'lifeboat.yaml'), (text) =>
      text.replace('bucket: vault,', 'bucket: elsewhere,').replace('keepLast: 14', 'keepLast: 3'),
    );

    const { code, stdout } = await plan('--exit-code');

    assert.equal(code, 4);
    assert.match(stdout, /^--- a\/release vault\/vault\n\+\+\+ b\/release vault\/vault$/m);
    assert.match(stdout, /^-\s+bucket: vault\n\+\s+bucket: elsewhere$/m);
    assert.match(
      stdout,
      /warning: snapshots go elsewhere: s3 elsewhere\/payments-vault at https:\/\/s3\.example/,
    );
    assert.match(stdout, /warning: the next backup prunes all but the newest 3 snapshots/);
    assert.match(stdout, /0 added, 2 changed, 0 no longer rendered\.\n$/);
    assert.equal((await plan()).code, 0, 'without --exit-code a plan is no failure');
  });

  it('names what was set by hand on the release, and the chart that would change', async () => {
    const { plan, release } = await installed('vault-s3-approle', 'vault', '0.34.1');
    const live = release('vault');
    Object.assign(live, { chart: { name: 'vault', version: '0.32.0' } });
    (live.values.server as Map).logLevel = 'trace';

    const { stdout } = await plan();

    assert.match(stdout, /^-# chart: vault 0\.32\.0\n\+# chart: vault 0\.34\.1$/m);
    assert.match(stdout, /^- {2}logLevel: trace$/m);
  });

  it('shows no secret of the live values, but that one changed', async () => {
    const { folder, plan, release } = await installed('vault-s3-approle', 'vault', '0.34.1');
    const planted = {
      token: 'hvs.CAESIJ3vqZ0exampleexampleexample',
      aws: 'AKIAIOSFODNN7EXAMPLE',
      password: 'correct-horse-battery',
      pin: '48151623',
      hcl: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    };
    const server = release('vault').values.server as Map;
    server.extraEnvironmentVars = {
      VAULT_TOKEN: planted.token,
      VAULT_HSM_PIN: planted.pin,
      AWS_ID: planted.aws,
    };
    server.extraContainers = [{ name: 'x', env: [{ name: 'DB_PASSWORD', value: planted.password }] }];
    (server.ha as Map).config = `seal "awskms" {\n  secret_key = "${planted.hcl}"\n}\n`;
    edit(path.join(folder, 'my-values.yaml'), (text) =>
      text.replace('server:\n', `server:\n  ha2: {rootPassword: ${planted.password}-new}\n`),
    );

    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await plan(...flags);
      for (const secret of Object.values(planted))
        assert.ok(!`${stdout}${stderr}`.includes(secret), `${secret} is shown`);
    }
    const { stdout } = await plan();
    assert.match(stdout, /^-\s+VAULT_TOKEN: \(hidden \d\)$/m);
    assert.match(stdout, /^-\s+VAULT_HSM_PIN: \(hidden \d\)$/m);
    assert.match(stdout, /^-\s+secret_key = "\(hidden \d\)"$/m);
    assert.match(stdout, /^\+\s+rootPassword: \(hidden \d\)$/m);
  });

  it('refuses what Kubernetes refuses: podManagementPolicy of a StatefulSet that runs', async () => {
    const { folder, plan } = await installed('openbao-directory-kubernetes', 'openbao', '0.29.2');
    const values = path.join(folder, 'my-values.yaml');
    edit(values, (text) => text.replace('server:\n', 'server:\n  podManagementPolicy: Parallel\n'));

    const { code, stdout, stderr } = await plan();
    const json = await plan('--json');

    assert.equal(code, 3);
    assert.match(stdout, /^\+\s+podManagementPolicy: Parallel$/m, 'the plan is shown all the same');
    assert.match(
      stderr,
      /my-values\.yaml:2:3: the StatefulSet team-a-openbao runs with podManagementPolicy OrderedReady, and would get Parallel/,
    );
    assert.match(stderr, /kubectl delete statefulset team-a-openbao -n team-a --cascade=orphan/);
    const told = JSON.parse(json.stdout) as {
      changes: unknown[];
      error: { exit: string; problems: unknown[] };
    };
    assert.deepEqual([told.error.exit, told.error.problems.length, told.changes.length], ['config', 1, 1]);
  });

  it('refuses larger claims too, and warns where another name would mean empty disks', async () => {
    const { folder, plan } = await installed('vault-s3-approle', 'vault', '0.34.1');
    const values = path.join(folder, 'my-values.yaml');
    edit(values, (text) => text.replace('server:\n', 'server:\n  dataStorage: {size: 50Gi}\n'));
    const larger = await plan();
    assert.equal(larger.code, 3);
    assert.match(larger.stderr, /another volumeClaimTemplates/);
    assert.match(larger.stderr, /Claims that are there keep their size/);

    edit(values, (text) => `fullnameOverride: renamed\n${text.replace('dataStorage: {size: 50Gi}', '')}`);
    const renamed = await plan();
    assert.equal(renamed.code, 0, renamed.stderr);
    assert.match(renamed.stdout, /warning: helm upgrade deletes the StatefulSet vault and makes renamed/);
  });

  it('says of which cluster of a fleet it speaks', async () => {
    const { folder, plan } = await installed('vault-s3-approle', 'vault', '0.34.1');
    const config = path.join(folder, 'lifeboat.yaml');
    writeFileSync(config, asFleet(readFileSync(config, 'utf8'), { eu: 'payments-eu', us: 'payments-us' }));

    const { code, stdout, stderr } = await plan('--only', 'eu');

    assert.equal(code, 0, stderr);
    assert.match(stdout, /^--- a\/eu: release vault\/vault$/m);
    assert.match(stdout, /warning: eu: snapshots go elsewhere: s3 vault\/payments-eu/);
    assert.doesNotMatch(stdout, /payments-us/);
  });

  it('calls our release new where it is not installed yet', async () => {
    const { plan } = await installed('vault-s3-approle', 'vault', '0.34.1');
    api.releases.splice(1, 1);

    const { code, stdout } = await plan('--json');

    assert.equal(code, 0);
    const { changes } = JSON.parse(stdout) as { changes: { kind: string; path: string }[] };
    assert.deepEqual(
      changes.map(({ kind, path: of }) => [kind, of]),
      [['added', 'release vault/vault-lifeboat']],
    );
  });

  it('says what could not be compared where the chart is not here', async () => {
    const { folder } = await installed('vault-s3-approle', 'vault', '0.34.1');
    const args = ['plan', '-f', path.join(folder, 'lifeboat.yaml'), '--live', '--kubeconfig', api.kubeconfig];
    const env = { HELM_BIN: helm, HOME: work, LIFEBOAT_CACHE: path.join(work, 'no-cache') };

    const { code, stdout, stderr } = await lifeboat(args, { env });

    assert.deepEqual([code, stdout], [0, 'Nothing would change.\n']);
    assert.match(
      stderr,
      /warning: what Kubernetes cannot change on the StatefulSet was not compared:.*--pull/,
    );
  });
});

describe('what keeps plan --live from looking', { skip }, () => {
  const cases = [
    [
      'no release of that name',
      /there is no release vault in namespace elsewhere/,
      /helm list -A/,
      ['-n', 'elsewhere'],
    ],
    [
      'no rights',
      /you may not read the release vault in namespace vault/,
      /kubectl auth can-i list secrets -n vault/,
      [],
    ],
    ['no such context', /no such context/, /--kube-context/, ['--kube-context', 'absent']],
    [
      'a cluster that does not answer',
      /cannot be reached/,
      /kubectl cluster-info/,
      ['--kube-context', 'other'],
    ],
  ] as const;
  for (const [name, says, hint, flags] of cases) {
    it(`is told with the next command: ${name}`, async () => {
      const { plan } = await installed('vault-s3-approle', 'vault', '0.34.1');
      api.forbidden = name === 'no rights';

      const { code, stdout, stderr } = await plan(...flags);

      assert.deepEqual([code, stdout], [6, '']);
      assert.match(stderr, says);
      assert.match(stderr, new RegExp(`next: .*${hint.source}`));
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
  }
  it('is told where there is no helm', async () => {
    const { folder } = await installed('vault-s3-approle', 'vault', '0.34.1');

    const { code, stderr } = await lifeboat(['plan', '-f', path.join(folder, 'lifeboat.yaml'), '--live'], {
      env: { PATH: '/nonexistent' },
    });

    assert.equal(code, 6);
    assert.match(stderr, /there is no helm\n {2}next: Install Helm 3/);
  });
});
