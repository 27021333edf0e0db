/** Each fault alone in a release that is well otherwise: it is found by its check, and by no other. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Answer, CheckName } from '../../contract/doctor.ts';
import type { SeenOfCluster } from '../../generator/doctor/diagnose.ts';
import { whyMissing } from '../support/skip.ts';
import { type LiveCase, liveCase, type Mutable } from './live-case.ts';

const skip = (await whyMissing('helm')) ?? false;

// biome-ignore lint/suspicious/noExplicitAny: what a test plants has no type
type Planted = any;
type Live = Mutable<SeenOfCluster['live']>;

const of = (seen: { readonly seen: string; value?: unknown }): Planted => seen.value;
const podOf = (live: Live): Planted => of(live.set).spec.template.spec;
const initOf = (live: Live, name: string): Planted =>
  podOf(live).initContainers.find((one: Planted) => one.name === name);
const cronJob = (live: Live): Planted => of(live.cronJob);
const job = (name: string, type: 'Complete' | 'Failed', at: string): Planted => ({
  metadata: { name, ownerReferences: [{ kind: 'CronJob', name: 'team-a-lifeboat' }] },
  status: { conditions: [{ type, status: 'True', lastTransitionTime: at }] },
});
const withoutImage = (name: string): Planted => ({
  metadata: { name: `${name}-0` },
  spec: { containers: [] },
  status: {
    initContainerStatuses: [{ name, image: 'r/x:1', state: { waiting: { reason: 'ImagePullBackOff' } } }],
  },
});

interface Fault {
  readonly what: string;
  readonly plant: (seen: Mutable<SeenOfCluster>) => void;
  readonly check: CheckName;
  readonly seen: RegExp;
  readonly fix: RegExp;
}

const HELM =
  /helm upgrade --install team-a openbao\/openbao --version [\d.]+ -n \S+ -f my-values.yaml -f out\/vault-values.yaml --kube-context production$/;
const RENDER_AND_HELM = new RegExp(`^lifeboat render -f prod.yaml -o out --with-chart && ${HELM.source}`);
const OWN_CHART =
  /^(?:lifeboat render .* && )?helm upgrade --install team-a-lifeboat out\/charts\/vault-lifeboat .* --kube-context production$/;

const FAULTS: readonly Fault[] = [
  {
    what: 'no StatefulSet',
    plant: ({ live }) => {
      live.set = { seen: 'absent' } as never;
    },
    check: 'release',
    seen: /is not there/,
    fix: /helm upgrade --install team-a/,
  },
  {
    what: 'another version of the chart',
    plant: ({ live }) => {
      of(live.set).spec.template.metadata.labels['helm.sh/chart'] = 'openbao-0.1.0';
    },
    check: 'release',
    seen: /is of chart openbao-0.1.0, and lifeboat.yaml names openbao-/,
    fix: /set release.chartVersion/,
  },
  {
    what: 'init containers that a later file replaced',
    plant: ({ live }) => {
      podOf(live).initContainers = [{ name: 'mine', image: 'x' }];
    },
    check: 'values',
    seen: /server.extraInitContainers lacks lifeboat-init, lifeboat-restore: a values file after/,
    fix: HELM,
  },
  {
    what: 'a hook that a later file replaced',
    plant: ({ live }) => {
      delete podOf(live).containers[0].lifecycle.postStart;
    },
    check: 'values',
    seen: /server.postStart lacks lifeboat-post-start/,
    fix: HELM,
  },
  {
    what: 'an overlay that was never given',
    plant: ({ live }) => {
      const pod = podOf(live);
      delete pod.initContainers;
      pod.volumes = pod.volumes.filter(({ name }: Planted) => !name.startsWith('lifeboat-'));
      const server = pod.containers[0];
      delete server.lifecycle.postStart;
      server.volumeMounts = server.volumeMounts.filter(({ name }: Planted) => !name.startsWith('lifeboat-'));
    },
    check: 'values',
    seen: /nothing of vault-values.yaml is in/,
    fix: HELM,
  },
  {
    what: 'a slice of another lifeboat.yaml',
    plant: ({ live }) => {
      const [config] = initOf(live, 'lifeboat-init').env;
      const slice = JSON.parse(config.value);
      config.value = JSON.stringify({ ...slice, name: 'of-last-year' });
    },
    check: 'overlay',
    seen: /lifeboat-init was rendered with name "of-last-year", and lifeboat.yaml says /,
    fix: RENDER_AND_HELM,
  },
  {
    what: 'a variable of the server that the restore has not, without its value',
    plant: ({ live }) =>
      void podOf(live).containers[0].env.push({ name: 'BAO_NEW', value: 'perhaps-a-secret' }),
    check: 'overlay',
    seen: /lifeboat-restore has not the variables of the server \(first: BAO_NEW\)/,
    fix: RENDER_AND_HELM,
  },
  {
    what: 'a folder that is old',
    plant: (seen) => {
      seen.staleFiles = ['vault-values.yaml', 'RUNBOOK.md'];
    },
    check: 'overlay',
    seen: /the rendered folder is old: vault-values.yaml, RUNBOOK.md would be written otherwise now/,
    fix: /^lifeboat render -f prod.yaml -o out --with-chart$/,
  },
  {
    what: "the server's tag, changed by a chart upgrade",
    plant: ({ live }) => {
      const [server] = podOf(live).containers;
      server.image = server.image.replace(/:.*/, ':2.99.0');
    },
    check: 'versions',
    seen: /the server is \S+:2.99.0, and lifeboat-restore still /,
    fix: /write the server's tag into a file of release.values, then lifeboat render/,
  },
  {
    what: "a server that is older than its newest snapshot's",
    plant: ({ inside }) => {
      (inside as Planted).report.facts.snapshot.version = '1.22.0';
    },
    check: 'versions',
    seen: /the server is 1.21.1, and the newest snapshot snapshots\/a.snap is of 1.22.0/,
    fix: /set server.image.tag to 1.22.0 or newer/,
  },
  {
    what: 'an image of lifeboat of another day',
    plant: ({ live }) => {
      initOf(live, 'lifeboat-init').image = 'registry.example/lifeboat:0.0.1';
    },
    check: 'image',
    seen: /lifeboat-init of .* has the image registry.example\/lifeboat:0.0.1, and lifeboat.yaml says/,
    fix: RENDER_AND_HELM,
  },
  {
    what: 'an image that the node cannot have',
    plant: ({ live }) => {
      live.pods = { seen: 'yes', value: [withoutImage('lifeboat-init')] } as never;
    },
    check: 'image',
    seen: /lifeboat-init-0: the node cannot have the image r\/x:1 of lifeboat-init \(ImagePullBackOff\)/,
    fix: /build and push it .*kubectl --context production describe pod lifeboat-init-0/,
  },
  {
    what: 'several replicas without retry_join',
    plant: ({ live }) => {
      of(live.set).spec.replicas = 3;
    },
    check: 'retry-join',
    seen: /3 replicas, and no retry_join of the live configuration leads to \S+-0/,
    fix: /set vault.raftConfig: render in lifeboat.yaml, then lifeboat render/,
  },
  {
    what: 'a Role of rbac.yaml that is not there',
    plant: ({ live }) => {
      (live.rights[0] as Planted).live = { seen: 'absent' };
    },
    check: 'rights',
    seen: /the Role .* of rbac.yaml is not there/,
    fix: /^kubectl --context production apply -f out\/rbac.yaml$/,
  },
  {
    what: 'a Role of other rules',
    plant: ({ live }) => {
      of((live.rights[0] as Planted).live).rules = [];
    },
    check: 'rights',
    seen: /is not that of rbac.yaml: it differs at rules/,
    fix: /^kubectl --context production apply -f out\/rbac.yaml$/,
  },
  {
    what: 'a server that may not have tokens reviewed',
    plant: ({ live }) => {
      live.bindings = { seen: 'yes', value: [] } as never;
    },
    check: 'rights',
    seen: /is not bound to system:auth-delegator/,
    fix: /server.authDelegator.enabled: true/,
  },
  {
    what: 'a Secret that is not there',
    plant: ({ live }) => {
      (live.needed[0] as Planted).keys = { seen: 'absent' };
    },
    check: 'secrets',
    seen: /^the (?:Secret|ConfigMap) \S+ \(.*\) is not there$/,
    fix: /^kubectl --context production create (?:secret generic|configmap) /,
  },
  {
    what: 'no CronJob',
    plant: ({ live }) => {
      live.cronJob = { seen: 'absent' } as never;
    },
    check: 'cronjob',
    seen: /is not there: no backup is taken/,
    fix: OWN_CHART,
  },
  {
    what: 'a CronJob that is suspended',
    plant: ({ live }) => {
      cronJob(live).spec.suspend = true;
    },
    check: 'cronjob',
    seen: /is suspended/,
    fix: /^kubectl --context production patch cronjob team-a-lifeboat /,
  },
  {
    what: 'a CronJob of another schedule',
    plant: ({ live }) => {
      cronJob(live).spec.schedule = '0 0 1 1 *';
    },
    check: 'cronjob',
    seen: /has schedule "0 0 1 1 \*", and lifeboat.yaml says /,
    fix: OWN_CHART,
  },
  {
    what: "a backup's configuration of another lifeboat.yaml",
    plant: ({ live }) => {
      const { data } = of(live.backupConfig);
      data['backup.json'] = JSON.stringify({
        ...JSON.parse(data['backup.json']),
        retention: { keepLast: 99 },
      });
    },
    check: 'cronjob',
    seen: /the backup runs with retention.keepLast 99, and lifeboat.yaml says /,
    fix: OWN_CHART,
  },
  {
    what: 'a last backup that failed',
    plant: ({ live }) => {
      live.jobs = {
        seen: 'yes',
        value: [
          job('good', 'Complete', '2026-11-24T10:00:00Z'),
          job('bad', 'Failed', '2026-11-25T11:00:00Z'),
        ],
      } as never;
    },
    check: 'last-backup',
    seen: /the last backup, bad, failed 60 min ago/,
    fix: /^kubectl --context production logs -n \S+ job\/bad; mend what it says, then kubectl .* create job/,
  },
  {
    what: 'a run that was due and did not succeed',
    plant: ({ live }) => {
      cronJob(live).status.lastSuccessfulTime = '2026-11-20T10:00:00Z';
    },
    check: 'last-backup',
    seen: /the run of 2026-11-25T10:00:00.000Z has not succeeded; the last good one ended 5 days ago/,
    fix: /get jobs/,
  },
  {
    what: 'no backup yet',
    plant: ({ live }) => {
      cronJob(live).status = {};
    },
    check: 'last-backup',
    seen: /no backup has succeeded yet/,
    fix: /create job -n \S+ --from=cronjob\/team-a-lifeboat team-a-lifeboat-now$/,
  },
  {
    what: 'a login of the wrong role, with the names of the files',
    plant: ({ inside }) => {
      const { report } = inside as Planted;
      const fix = 'lifeboat setup-auth -f lifeboat.yaml';
      const role = { check: 'role', result: 'finding', seen: 'bound to another account', fix };
      report.answers = report.answers.map((one: Answer) => (one.check === 'role' ? role : one));
    },
    check: 'role',
    seen: /bound to another account/,
    fix: /^lifeboat setup-auth -f prod.yaml$/,
  },
  {
    what: 'a pod with another time than this machine',
    plant: ({ inside }) => {
      (inside as Planted).report.facts.time = '2026-11-25T13:00:00Z';
    },
    check: 'clock',
    seen: /this machine is 3600 s behind the pod/,
    fix: /chronyc/,
  },
  {
    what: 'a live server of another seal than the values say',
    plant: ({ inside }) => {
      (inside as Planted).report.facts.server.seal = 'awskms';
    },
    check: 'seal',
    seen: /the values say shamir, the live server awskms, the newest snapshot shamir/,
    fix: /unseal -migrate/,
  },
  {
    what: 'a newest snapshot of another seal',
    plant: ({ inside }) => {
      (inside as Planted).report.facts.snapshot.seal = 'transit';
    },
    check: 'seal',
    seen: /a restore of that snapshot under the present seal is refused/,
    fix: /take a backup with the present seal: kubectl .* create job/,
  },
];

describe('a diagnosis', { skip }, () => {
  let live: LiveCase;
  before(async () => {
    live = await liveCase('openbao-directory-kubernetes');
  });

  for (const name of [
    'openbao-directory-kubernetes',
    'vault-s3-approle',
    'vault-auto-unseal-tls',
    'backups-only',
  ])
    test(`of ${name} that is well finds nothing`, async () => {
      const one = await liveCase(name);
      const wrong = one.answers(one.seen()).filter(({ result }) => result !== 'ok');
      // Five replicas, and no retry_join: that is how this case is.
      assert.deepEqual(
        wrong.map(({ check }) => check),
        name === 'backups-only' ? ['retry-join'] : [],
        JSON.stringify(wrong),
      );
    });

  for (const { what, plant, check, seen: words, fix } of FAULTS)
    test(`finds ${what}`, () => {
      const seen = live.seen();
      plant(seen);

      const found = live.answers(seen).filter(({ result }) => result === 'finding');

      const own = found.find((answer) => answer.check === check);
      assert.match(own?.seen ?? JSON.stringify(found), words);
      assert.match(own?.fix ?? '', fix);
      const others = found.filter((answer) => answer.check !== check).map((answer) => answer.check);
      assert.deepEqual(others, what === 'no CronJob' ? ['last-backup'] : [], JSON.stringify(found));
      assert.doesNotMatch(JSON.stringify(found), /perhaps-a-secret/);
    });

  test('takes nothing for well that could not be seen, and says which right is missing', () => {
    const seen = live.seen();
    const hidden = { seen: 'hidden', why: 'User "ci" cannot get it' } as never;
    const parts = [
      'set',
      'serverConfig',
      'pods',
      'cronJob',
      'backupConfig',
      'jobs',
      'backupPods',
      'bindings',
    ] as const;
    for (const part of parts) seen.live[part] = hidden;
    for (const one of [...seen.live.rights]) (one as Planted).live = hidden;
    for (const one of [...seen.live.needed]) (one as Planted).keys = hidden;
    seen.inside = { why: 'not asked', fix: 'say --run-job' } as never;

    const answers = live.answers(seen);

    assert.deepEqual(
      answers.filter(({ result }) => result !== 'unknown'),
      [],
    );
    assert.equal(new Set(answers.map(({ check }) => check)).size, 16);
    const release = answers.find(({ check }) => check === 'release');
    assert.match(release?.seen ?? '', /could not be seen: User "ci" cannot get it/);
    assert.match(release?.fix ?? '', /kubectl --context production auth can-i get statefulsets.apps -n /);
  });
});
