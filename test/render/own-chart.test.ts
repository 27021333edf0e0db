/** lifeboat-values.yaml in our own chart: its schema takes every value, and each arrives in the CronJob. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { validateBackupSlice } from '../../generated/validators.js';
import type { Container, Manifest } from '../../generator/check/manifests.ts';
import { CASES, fileOf, renderCase } from './cases.ts';
import { findHelm, helmTemplate } from './real-chart.ts';

const CHART = path.resolve(import.meta.dirname, '../../charts/vault-lifeboat');
const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-own-chart-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly configMap?: { readonly name: string };
  readonly projected?: {
    readonly sources: readonly [{ readonly serviceAccountToken: { readonly audience: string } }];
  };
}

interface CronJob extends Manifest {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone: string;
    readonly suspend: boolean;
    readonly jobTemplate: {
      readonly spec: {
        readonly activeDeadlineSeconds: number;
        readonly template: {
          readonly metadata: { readonly labels: Readonly<Record<string, string>> };
          readonly spec: {
            readonly serviceAccountName: string;
            readonly containers: readonly [Container];
            readonly volumes: readonly Volume[];
          };
        };
      };
    };
  };
}

const { path: helm, skip } = await findHelm();

for (const name of CASES) {
  test(`${name}: our chart takes every value, and its pod is what was planned`, { skip }, async () => {
    const rendered = await renderCase(name);
    const { config, names, backup } = rendered.plan;
    const values = path.join(folder, `${name}.yaml`);
    writeFileSync(values, fileOf(rendered, 'lifeboat-values.yaml'));

    const release = { name: names.lifeboat, namespace: config.backup.namespace };
    const manifests = await helmTemplate(helm, CHART, release, [values]);

    const cronJob = manifests.find(({ kind }) => kind === 'CronJob') as CronJob | undefined;
    assert.ok(cronJob !== undefined);
    assert.equal(cronJob.metadata.name, names.lifeboat);
    assert.equal(cronJob.spec.schedule, config.backup.schedule);
    assert.equal(cronJob.spec.timeZone, config.backup.timeZone);
    assert.equal(cronJob.spec.suspend, !config.backup.enabled);
    const { activeDeadlineSeconds, template } = cronJob.spec.jobTemplate.spec;
    assert.ok(activeDeadlineSeconds > config.backup.timeoutSeconds);
    assert.equal(template.spec.serviceAccountName, names.serviceAccount);
    for (const [label, value] of Object.entries(config.backup.pod.labels ?? {})) {
      assert.equal(template.metadata.labels[label], value);
    }

    const [container] = template.spec.containers;
    for (const variable of config.backup.pod.extraEnv ?? []) {
      assert.deepEqual(
        container.env?.find((entry) => (entry as { name: string }).name === variable.name),
        variable,
      );
    }
    const configMap = manifests.find(({ kind }) => kind === 'ConfigMap');
    const slice: unknown = JSON.parse(configMap?.data?.['backup.json'] ?? '');
    assert.deepEqual(slice, backup);
    assert.ok(validateBackupSlice(slice), JSON.stringify(validateBackupSlice.errors));

    // Each folder that the slice names is mounted.
    const paths = (container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
    const named = [...JSON.stringify(slice).matchAll(/"(\/[^"]*)"/g)].map(([, file]) => file ?? '');
    for (const file of named) {
      assert.ok(
        paths.some((mount) => file === mount || file.startsWith(`${mount}/`)),
        `${file} is not below ${paths.join(', ')}`,
      );
    }
    const tokens = template.spec.volumes.flatMap(({ projected }) => projected?.sources ?? []);
    const audiences = 'kubernetes' in config.backup.auth ? [config.backup.auth.kubernetes.audience] : [];
    assert.deepEqual(
      tokens.map(({ serviceAccountToken }) => serviceAccountToken.audience),
      audiences,
    );
  });
}
