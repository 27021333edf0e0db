/**
 * `lifeboat doctor` as people call it: the built program and the real kubectl, against a stand-in for the API that holds
 * what the real charts render. The Job that asks from inside runs on a real cluster only: test/e2e/scenarios/doctor.scenario.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Answer, CHECKS } from '../../contract/doctor.ts';
import { type LiveCase, liveCase } from '../doctor/live-case.ts';
import { caseFolder } from '../render/cases.ts';
import { type Ended, lifeboat } from '../support/command-line.ts';
import { whyNoKubectl } from '../support/kubectl.ts';
import { whyMissing } from '../support/skip.ts';
import { type StandIn, startStandIn } from '../support/stand-in-kubernetes.ts';

const skip = (await whyMissing('helm')) ?? (await whyNoKubectl());
const CASE = 'openbao-directory-kubernetes';
const FILE = path.join(caseFolder(CASE), 'lifeboat.yaml');

describe('lifeboat doctor', { skip }, () => {
  const work = mkdtempSync(path.join(tmpdir(), 'lifeboat-doctor-'));
  let api: StandIn;
  let live: LiveCase;

  before(async () => {
    api = await startStandIn(path.join(work, 'kubeconfig'));
    live = await liveCase(CASE);
  });
  after(async () => {
    await api?.close();
    rmSync(work, { recursive: true, force: true });
  });
  beforeEach(() => {
    api.hidden.clear();
    api.objects.splice(0, api.objects.length, ...live.objects());
  });

  const doctor = (...flags: readonly string[]): Promise<Ended> =>
    lifeboat(['doctor', '-f', FILE, '--kubeconfig', api.kubeconfig, ...flags], {
      env: { PATH: process.env.PATH ?? '' },
    });

  function answersIn({ stdout }: Ended): readonly Answer[] {
    const [cluster] = (JSON.parse(stdout) as { clusters: { answers: readonly Answer[] }[] }).clusters;
    return cluster?.answers ?? [];
  }

  test('of a release that is well finds nothing, and says what it did not ask', async () => {
    const ended = await doctor('--json');

    assert.equal(ended.code, 7, ended.stderr);
    const unknown = answersIn(ended).filter(({ result }) => result !== 'ok');
    assert.deepEqual(
      unknown.map(({ check, result }) => [check, result]),
      Object.entries(CHECKS)
        .filter(([, { from }]) => from === 'inside')
        .map(([check]) => [check, 'unknown']),
      ended.stdout,
    );
    assert.match(unknown[0]?.fix ?? '', new RegExp(`^lifeboat doctor -f ${FILE} --run-job$`));
    assert.deepEqual(api.writes, []);
  });

  test('ends with 0 where all that was asked is well, and with 5 at a finding, with its next command', async () => {
    const well = await doctor('--checks', 'secrets,cronjob');
    assert.equal(well.code, 0, well.stdout);
    assert.match(well.stdout, /^ok +secrets .*\nok +cronjob .*\n\nAll is well\.\n$/m);

    const [cronJob] = api.objects.filter(({ plural }) => plural === 'cronjobs');
    assert.ok(cronJob);
    Object.assign((cronJob.object as unknown as { spec: object }).spec, { suspend: true });
    const found = await doctor('--checks', 'secrets,cronjob');

    assert.equal(found.code, 5, found.stdout);
    assert.match(
      found.stdout,
      /^FINDING +cronjob +the CronJob \S+ is suspended.*\n +next: kubectl --kubeconfig \S+ patch /m,
    );
    assert.match(found.stdout, /\n1 finding\.\n$/);
  });

  test('what it may not see is no "ok"', async () => {
    api.hidden.add('secrets');

    const ended = await doctor('--checks', 'secrets');

    assert.equal(ended.code, 7, ended.stdout);
    assert.match(ended.stdout, /^not seen +secrets +the Secret .* could not be seen: secrets is forbidden/m);
    assert.match(ended.stdout, /next: .* kubectl --kubeconfig \S+ auth can-i get secrets -n /);
    assert.match(ended.stdout, /not seen, which is no "ok"\.\n$/);
  });

  test('holds the folder of -o against what is rendered now', async () => {
    const out = path.join(work, 'out');
    await lifeboat(['render', '-f', FILE, '-o', out]);
    assert.equal((await doctor('--checks', 'overlay', '-o', out)).code, 0);

    const empty = await doctor('--checks', 'overlay', '-o', path.join(work, 'empty'));

    assert.equal(empty.code, 5, empty.stdout);
    assert.match(empty.stdout, /the rendered folder is old: /);
  });

  test('prints the Job that asks from inside, which belongs to nobody and takes no snapshot', async () => {
    const ended = await doctor('--print-job');

    assert.equal(ended.code, 0, ended.stderr);
    const job = JSON.parse(ended.stdout) as {
      metadata: { name: string; ownerReferences?: unknown };
      spec: { backoffLimit: number; template: { spec: { containers: { command: string[] }[] } } };
    };
    assert.equal(job.metadata.name, 'team-a-lifeboat-doctor-by-hand');
    assert.equal(job.metadata.ownerReferences, undefined);
    assert.equal(job.spec.backoffLimit, 0);
    assert.deepEqual(job.spec.template.spec.containers[0]?.command.slice(-2), ['--check', '--json']);
    assert.deepEqual(api.writes, []);
  });

  test('a wrong word, two ways of the Job at once, and a cluster that is away are one error each', async () => {
    const wrong = await doctor('--checks', 'polici');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /polici: these are: release, values/);
    assert.equal((await doctor('--run-job', '--print-job')).code, 2);
    const away = await doctor('--kube-context', 'other');
    assert.equal(away.code, 6);
    assert.match(away.stderr, /the cluster cannot be reached/);
  });
});
