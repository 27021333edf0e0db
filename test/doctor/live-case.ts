/**
 * A release that runs, without a cluster: what the real official chart and ours render for a case, as the API would give it
 * out after a good backup. Tests plant their faults into a copy of it.
 */
import path from 'node:path';
import type { Seen } from '../../cluster/objects.ts';
import type { Answer, InsideReport } from '../../contract/doctor.ts';
import { CHECKS, type CheckName, ok } from '../../contract/doctor.ts';
import { KUBERNETES_VERSION } from '../../generator/chart/kubernetes-version.ts';
import { readUserValues } from '../../generator/chart/user-values.ts';
import { type Manifest, readManifests } from '../../generator/check/manifests.ts';
import type { Config } from '../../generator/config/config.ts';
import { diagnose, type SeenOfCluster } from '../../generator/doctor/diagnose.ts';
import { type Called, commandsOf, type Expected } from '../../generator/doctor/expected.ts';
import type { LiveFacts } from '../../generator/doctor/live-facts.ts';
import { renderChart } from '../../generator/helm/render-chart.ts';
import { neededObjects } from '../../generator/plan/needed-objects.ts';
import { vaultValues } from '../../generator/render/vault-values.ts';
import { fileOf, renderCase } from '../render/cases.ts';
import type { StoredObject } from '../support/stand-in-kubernetes.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { findTool } from '../support/tools/find-tool.ts';

const OWN_CHART = path.resolve(import.meta.dirname, '../../charts/vault-lifeboat');

export const NOW = new Date('2026-11-25T12:00:00Z');

const CALLED: Called = {
  inputs: ['-f', 'prod.yaml'],
  out: 'out',
  outOfAll: 'out',
  target: { kubeContext: 'production' },
};

export interface LiveCase {
  readonly expected: Expected;
  /** All is well. May be changed: each call gives a new one. */
  seen(): Mutable<SeenOfCluster>;
  answers(seen: SeenOfCluster): readonly Answer[];
  /** The same for a stand-in of the API; new ones at each call. */
  objects(): readonly StoredObject[];
}

/** A test plants faults. */
export type Mutable<T> = T extends Date
  ? T
  : { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };

const yes = <T>(value: T): Seen<T> => ({ seen: 'yes', value });

async function manifestsOf(
  chart: string,
  release: { name: string; namespace: string },
  values: readonly string[],
) {
  const answer = await renderChart({ chart, release, values, kubernetes: KUBERNETES_VERSION });
  if (!answer.ok) throw new Error(answer.reason);
  return readManifests(answer.text);
}

const PLURALS: Readonly<Record<string, string>> = {
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
};

function objectsOf(live: LiveFacts, { release, backup }: Config): readonly StoredObject[] {
  const stored = (plural: string, found: Seen<unknown>, namespace?: string): StoredObject[] => {
    if (found.seen !== 'yes') return [];
    const object = found.value as StoredObject['object'];
    const within = namespace === undefined ? {} : { namespace };
    return [{ plural, object: { ...object, metadata: { ...object.metadata, ...within } } }];
  };
  return [
    ...stored('statefulsets', live.set, release.namespace),
    ...stored('configmaps', live.serverConfig, release.namespace),
    ...stored('cronjobs', live.cronJob, backup.namespace),
    ...stored('configmaps', live.backupConfig, backup.namespace),
    ...live.rights.flatMap(({ wanted, live: one }) =>
      stored(PLURALS[wanted.kind] ?? '', one, wanted.metadata.namespace),
    ),
    ...(live.bindings?.seen === 'yes' ? live.bindings.value : []).flatMap((one) =>
      stored('clusterrolebindings', yes(one)),
    ),
    ...live.needed.flatMap(({ object: { kind, name, namespace, keys } }) =>
      stored(
        kind === 'secret' ? 'secrets' : 'configmaps',
        yes({ metadata: { name }, data: Object.fromEntries(keys.map((key) => [key, ''])) }),
        namespace,
      ),
    ),
  ];
}

export async function liveCase(name: string): Promise<LiveCase> {
  process.env.HELM_BIN = (await findTool('helm')).path;
  const rendered = await renderCase(name);
  const { plan, input, files } = rendered;
  const { config, facts, names } = plan;
  const official = await findOfficialChart(facts.product, config.release.chartVersion);
  const theirs = await manifestsOf(official, config.release, [
    ...input.valuesFiles.map(({ text }) => text),
    fileOf(rendered, 'vault-values.yaml'),
  ]);
  const ours = await manifestsOf(OWN_CHART, { name: names.lifeboat, namespace: config.backup.namespace }, [
    fileOf(rendered, 'lifeboat-values.yaml'),
  ]);
  const find = <T>(all: readonly Manifest[], kind: string, called: string): T => {
    const found = all.find((one) => one.kind === kind && one.metadata.name === called);
    if (found === undefined) throw new Error(`no ${kind} ${called}`);
    return found as T;
  };
  const { own } = readUserValues(input.chart.values, input.valuesFiles, input.loaded.source).values;
  const expected = { plan, overlay: vaultValues(plan), commands: commandsOf(plan, CALLED) };
  const rbac = readManifests(files.find((file) => file.name === 'rbac.yaml')?.text ?? '');
  const live: LiveFacts = {
    set: yes(find(theirs, 'StatefulSet', facts.fullname)),
    serverConfig: yes(find(theirs, 'ConfigMap', `${facts.fullname}-config`)),
    pods: yes([]),
    cronJob: yes({
      ...find<object>(ours, 'CronJob', names.lifeboat),
      status: { lastSuccessfulTime: '2026-11-25T10:01:00Z', lastScheduleTime: '2026-11-25T10:00:00Z' },
    } as never),
    backupConfig: yes(find(ours, 'ConfigMap', names.lifeboat)),
    jobs: yes([]),
    backupPods: yes([]),
    rights: rbac.map((wanted) => ({ wanted, live: yes(structuredClone(wanted)) })),
    bindings:
      'kubernetes' in config.backup.auth
        ? yes(theirs.filter(({ kind }) => kind === 'ClusterRoleBinding') as never)
        : undefined,
    needed: neededObjects(config, own, facts).map((object) => ({ object, keys: yes(object.keys) })),
    now: NOW,
  };
  const inside = (Object.keys(CHECKS) as CheckName[]).filter(
    (check) => CHECKS[check].from === 'inside' && check !== 'seal',
  );
  const seal = facts.sealType ?? 'shamir';
  const report: InsideReport = {
    answers: inside.map((check) => ok(check, 'well')),
    facts: {
      time: NOW.toISOString(),
      server: { version: '1.21.1', seal, clusterId: 'ours' },
      snapshot: { key: 'snapshots/a.snap', version: '1.21.1', seal },
    },
  };
  const good: SeenOfCluster = { live, inside: { report, began: NOW, ended: NOW }, staleFiles: [] };
  return {
    expected,
    seen: () => structuredClone(good) as Mutable<SeenOfCluster>,
    answers: (seen) => diagnose(expected, seen),
    objects: () => structuredClone(objectsOf(live, config)),
  };
}
