import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { POD_STATES, type PodState } from '../contract/pod-states.ts';
import { judge as judgeAny } from './judge.ts';
import type { Observed } from './observed.ts';
import type { StatusReport, Verdict } from './report.ts';
import { statusSchema } from './report-schema.ts';
import {
  CRON_JOB,
  ended,
  hidden,
  job,
  jobPod,
  NOW,
  pod,
  running,
  SERVES,
  scene,
  waiting,
  word,
  yes,
} from './scene.ts';

/** Closed, so that a field which the schema does not know is seen. */
const closed = JSON.parse(
  JSON.stringify(statusSchema).replaceAll('"type":"object"', '"type":"object","additionalProperties":false'),
);
const validate = new Ajv2020({ allowUnionTypes: true }).compile(closed);

/** Every report of these tests is one that the schema describes. */
function judge(observed: Observed): StatusReport {
  const report = judgeAny(observed);
  const printed = JSON.parse(JSON.stringify({ version: 1, clusters: [report] }));
  assert.ok(validate(printed), JSON.stringify(validate.errors));
  return report;
}

function verdict(more: Partial<Observed>): Verdict {
  return judge(scene(more)).verdict;
}

function firstPod(containers: Parameters<typeof pod>[1]) {
  const [first] = judge(scene({ pods: yes([pod(0, containers)]) })).pods;
  assert.ok(first);
  return first;
}

const STORE = {
  asked: 'yes',
  state: {
    description: 's3://b/payments',
    snapshots: 3,
    latest: {
      ...{ key: 'snapshots/20261125T120000Z-62.snap', taken: '2026-11-25T12:00:00Z', clusterId: 'c' },
      ...{ verified: true, bytes: 7, writtenBy: 'vault/vault' },
    },
    receipt: undefined,
  },
} as const;

describe('a release that is well', () => {
  it('says so, with its pods, claims, the last and the next run, and the snapshot by the word of the backup', () => {
    const report = judge(scene());

    assert.equal(report.verdict, 'well');
    const [server] = report.pods;
    assert.equal(server?.state, 'active');
    assert.deepEqual(server?.claim, { name: 'data-vault-0', phase: 'Bound' });
    assert.equal(report.backup?.nextRun, '2026-11-26T00:00:00.000Z');
    assert.equal(report.backup?.lastRun?.result, 'succeeded');
    assert.equal(report.snapshot?.source, 'job');
    assert.equal(report.snapshot?.ageSeconds, 90 * 60);
    assert.match(report.unseen.join(), /store: not asked/);
  });

  it('where the store was asked, its own word counts', () => {
    const { snapshot, unseen } = judge(scene({ store: STORE }));

    assert.deepEqual(
      [snapshot?.source, snapshot?.verified, snapshot?.writtenBy],
      ['store', true, 'vault/vault'],
    );
    assert.deepEqual(unseen, []);
  });
});

describe('what lifeboat does in a pod is its last word', () => {
  for (const state of Object.keys(POD_STATES) as PodState[])
    it(`${state}: the log of the init container at work`, () => {
      const seen = firstPod({
        init: [running('lifeboat-init')],
        log: `noise\n${word(state, 'a sentence')}\n`,
      });

      assert.equal(seen.state, state);
      assert.equal(seen.turn, POD_STATES[state].turn);
      assert.equal(seen.says, 'a sentence');
    });

  it('people who hold the keys are told how many shares were given, and the command', () => {
    const log = word(
      'waiting-for-shares',
      'sealed: waits for people, 1 of 3 unseal shares given (of 5). Next: kubectl exec x',
    );
    const seen = firstPod({ server: running('vault'), labels: { 'vault-sealed': 'true' }, log });

    assert.equal(seen.says, 'sealed: waits for people, 1 of 3 unseal shares given (of 5)');
    assert.equal(seen.next, 'kubectl exec x');
    assert.equal(verdict({ pods: yes([pod(0, { server: running('vault'), log })]) }), 'act');
  });

  it('a refusal is told between two tries, by the message that the container left, with what to do', () => {
    const message = word('refused', 'access is denied', { exit: 14, next: 'allow s3:ListBucket' });
    const crashed = {
      ...waiting('lifeboat-init', 'CrashLoopBackOff'),
      lastState: ended('x', message, 14).state ?? {},
    };
    const seen = firstPod({ init: [crashed], server: running('vault') });

    assert.deepEqual([seen.state, seen.turn, seen.restarts], ['refused', 'person', 3]);
    assert.equal(seen.says, 'access is denied');
    assert.equal(seen.next, 'allow s3:ListBucket');
  });

  it('NOT RESTORED counts also of a server that is Ready', () => {
    const log = word('not-restored', 'NOT RESTORED: another cluster_id');

    assert.equal(firstPod({ ...SERVES, log }).turn, 'person');
  });
});

describe("Kubernetes's own word counts for what it knows", () => {
  it('a pod without a node, an image that cannot be had, a crash without a word', () => {
    const seen = pod(0, {});
    const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }];
    const pending = { ...seen, pod: { ...seen.pod, status: { conditions } } };
    const [lost] = judge(scene({ pods: yes([pending]) })).pods;
    assert.deepEqual([lost?.state, lost?.turn], ['not-scheduled', 'person']);
    assert.match(lost?.says ?? '', /0\/1 nodes/);

    const image = firstPod({ init: [waiting('lifeboat-init', 'ImagePullBackOff', 'not found')] });
    assert.deepEqual([image.state, image.turn], ['cannot-start', 'person']);

    const crash = firstPod({ init: [ended('lifeboat-init', 'a stack trace', 1)] });
    assert.deepEqual([crash.state, crash.turn], ['crashed', 'person']);
    assert.match(crash.next ?? '', /logs vault-0 -n vault -c lifeboat-init --previous/);
  });

  it('a pod that starts, ends, or is not made yet goes on by itself', () => {
    assert.equal(firstPod({ init: [waiting('lifeboat-init', 'PodInitializing')] }).state, 'starting');
    const ending = pod(0, SERVES);
    const metadata = { ...ending.pod.metadata, deletionTimestamp: '2026-11-25T13:29:00Z' };
    assert.equal(verdict({ pods: yes([{ ...ending, pod: { ...ending.pod, metadata } }]) }), 'under-way');

    const three = judge(scene({ statefulSet: yes({ metadata: { name: 'vault' }, spec: { replicas: 3 } }) }));
    assert.deepEqual(
      three.pods.map(({ name, state }) => `${name} ${state}`),
      ['vault-0 active', 'vault-1 missing', 'vault-2 missing'],
    );
    assert.equal(three.verdict, 'under-way');
  });

  it('a server is active, standby, unsealed, sealed or not initialised', () => {
    const server = running('vault', true);
    assert.equal(firstPod({ server, labels: { 'vault-active': 'false' } }).state, 'standby');
    assert.equal(firstPod({ server }).state, 'unsealed');
    assert.equal(firstPod({ server: running('vault'), labels: { 'vault-sealed': 'true' } }).state, 'sealed');
    const empty = { 'vault-initialized': 'false', 'vault-sealed': 'true' };
    assert.equal(firstPod({ server: running('vault'), labels: empty }).state, 'not-initialised');
    assert.equal(firstPod({ server: running('vault') }).turn, 'waits');
  });

  it('a release that is not there is a matter for a person', () => {
    const report = judge(scene({ statefulSet: { seen: 'absent' }, pods: yes([]) }));

    assert.equal(report.verdict, 'act');
    assert.match(report.pods[0]?.says ?? '', /no StatefulSet vault in namespace vault/);
  });
});

describe('backups', () => {
  const backup = (more: Partial<Observed>) => {
    const report = judge(scene(more));
    return { verdict: report.verdict, state: report.backup?.state, says: report.backup?.says ?? '' };
  };
  const old = { ...CRON_JOB, status: { lastSuccessfulTime: '2026-11-24T12:00:30Z' } };

  it('two runs that went by without one are late, one is not yet', () => {
    const none = { jobs: yes([]), jobPods: yes([]) };
    const yesterday = { ...CRON_JOB, status: { lastSuccessfulTime: '2026-11-25T00:00:30Z' } };

    assert.equal(backup({ ...none, cronJob: yes(old) }).state, 'late');
    assert.equal(backup({ ...none, cronJob: yes(old) }).verdict, 'act');
    assert.equal(backup({ ...none, cronJob: yes(yesterday) }).state, 'good');
    const never = { metadata: CRON_JOB.metadata, spec: CRON_JOB.spec ?? {} };
    assert.match(backup({ ...none, cronJob: yes(never) }).says, /there was none/);
  });

  it('a run that failed is told with the sentence and the command that its container left', () => {
    const message = word('refused', 'cannot log in', { exit: 15, next: 'sh out/auth-setup.sh' });
    const more = {
      jobs: yes([job('run-1', 'Complete'), job('run-2', 'Failed', '13:00')]),
      jobPods: yes([jobPod('run-2', message, 15)]),
    };
    const report = judge(scene(more));

    assert.equal(report.verdict, 'act');
    assert.match(
      report.backup?.says ?? '',
      /run-2\) failed: cannot log in; the last good one was 1 h 29 min ago/,
    );
    assert.equal(report.backup?.next, 'sh out/auth-setup.sh');
    const mended = { jobs: yes([job('run-2', 'Failed', '12:30'), job('run-3', 'Complete', '13:00')]) };
    assert.equal(backup(mended).state, 'good');
  });

  it('none yet, running, suspended, not installed, none wanted', () => {
    const young = {
      metadata: { name: 'vault-lifeboat', creationTimestamp: '2026-11-25T13:00:00Z' },
      spec: CRON_JOB.spec ?? {},
    };
    const none = { jobs: yes([]), jobPods: yes([]) };
    assert.deepEqual(backup({ ...none, cronJob: yes(young) }).verdict, 'under-way');
    assert.equal(backup({ jobs: yes([job('run-2', undefined, '13:29')]) }).state, 'running');
    const suspended = { ...CRON_JOB, spec: { ...CRON_JOB.spec, suspend: true } };
    assert.equal(backup({ cronJob: yes(suspended) }).verdict, 'act');
    assert.equal(judge(scene({ cronJob: yes(suspended) })).backup?.nextRun, null);
    assert.equal(backup({ cronJob: { seen: 'absent' } }).state, 'not-installed');
    assert.equal(judge(scene({ wanted: { ...scene().wanted, backup: undefined } })).backup, null);
  });

  it('a pointer to a snapshot without its manifest is a matter for a person', () => {
    const latest = { ...STORE.state.latest, verified: false };
    assert.equal(backup({ store: { asked: 'yes', state: { ...STORE.state, latest } } }).state, 'unverified');
  });
});

describe('what cannot be seen', () => {
  it('is told, and is no "well"', () => {
    const report = judge(
      scene({ pods: hidden('pods is forbidden'), cronJob: hidden('cronjobs is forbidden') }),
    );

    assert.equal(report.verdict, 'unseen');
    assert.match(report.unseen.join('\n'), /pods: pods is forbidden\nCronJob: cronjobs is forbidden/);
  });

  it('logs that are hidden leave what Kubernetes itself says', () => {
    const seen = { ...pod(0, SERVES), logs: { vault: hidden('pods/log is forbidden') } };
    const report = judge(scene({ pods: yes([seen]) }));

    assert.equal(report.verdict, 'well');
    assert.match(report.unseen.join(), /log of vault-0\/vault/);
  });

  it('a store that was asked and did not answer is told, and jobs tell the snapshot', () => {
    const report = judge(scene({ store: { asked: 'failed', why: 'access is denied' } }));

    assert.equal(report.verdict, 'unseen');
    assert.equal(report.snapshot?.source, 'job');
  });
});

describe('the last restore', () => {
  const key = 'snapshots/20261125T120000Z-62.snap';
  const init = [
    ended('lifeboat-init'),
    ended('lifeboat-restore', word('in-place', 'in place', { key, clusterId: 'c' })),
  ];

  it('is told by the container that did it, and by the server once that said so itself', () => {
    const proven = judge(scene({ pods: yes([pod(0, { ...SERVES, init })]) })).restore;
    assert.deepEqual([proven?.verdict, proven?.pod, proven?.key], ['in-place', 'vault-0', key]);

    const log = word('restored', 'RESTORED payments');
    const confirmed = judge(scene({ pods: yes([pod(0, { ...SERVES, init, log })]) })).restore;
    assert.equal(confirmed?.verdict, 'restored');
  });

  it('a newer receipt in the store counts', () => {
    const receipt = {
      version: 1,
      ...{ name: 'payments', clusterId: 'c', restored: NOW.toISOString(), phases: [] },
      ...{ snapshot: { key, sha256: 'a'.repeat(64) }, tool: { version: '0' } },
    } as const;
    const store = { asked: 'yes', state: { ...STORE.state, receipt } } as const;

    assert.deepEqual(judge(scene({ store, pods: yes([pod(0, { ...SERVES, init })]) })).restore?.pod, null);
  });
});
