/**
 * Ten faults are planted into one release that runs, one after the other: `lifeboat doctor` finds each of them, and nothing
 * else, and the command that it names takes it back.
 */
import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { S3Server } from '../../support/start-s3.ts';
import { type Keys, Operator } from '../../support/vault-operations.ts';
import { type Diagnosed, diagnosed, isWell } from '../diagnosis.ts';
import { backUp, firstInstall } from '../first-install.ts';
import { eventually, kubectl, tryKubectl } from '../kubernetes.ts';
import { paste } from '../paste.ts';
import { raftConfig } from '../raft-config.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { type StoreFront, startStoreFront } from '../store-front.ts';
import { surroundings } from '../surroundings.ts';

const NAMESPACE = 'doctor-openbao';
const POLICY = 'sys/policies/acl/lifeboat-backup';
const ROLE = 'auth/kubernetes/role/lifeboat-backup';

scenario('lifeboat doctor on a live release of openbao', { value: 8, seconds: 300 }, (it) => {
  let s3: S3Server;
  let front: StoreFront;
  let release: Release;
  let keys: Keys;
  let admin: Operator;

  it.before(async () => {
    s3 = await it.store();
    front = await startStoreFront(s3, surroundings().storeHost);
    it.atEnd(() => front.stop());
    release = await it.release({ product: 'openbao', namespace: NAMESPACE, s3: front.s3 });
    await release.render();
  });

  /** The one fault is found, and nothing else; no answer holds a secret. */
  async function only(...checks: readonly string[]): Promise<Diagnosed> {
    const found = await diagnosed(release);
    assert.deepEqual(found.findings, checks, found.said);
    assert.equal(found.code, 5, found.said);
    for (const secret of [keys.root, ...keys.shares, s3.secretKey])
      assert.ok(!found.said.includes(secret), 'a secret is told');
    return found;
  }

  async function deployed(): Promise<void> {
    await release.render();
    await release.installServer();
    await release.installBackup();
  }

  it.step('before anything is installed every object that is missing is named', async () => {
    const found = await diagnosed(release, []);

    assert.deepEqual(found.findings, ['release', 'rights', 'secrets', 'cronjob', 'last-backup'], found.said);
    assert.match(found.of('secrets').seen, /the Secret doctor-openbao\/snapshot-store .* is not there/);
  });

  it.step('a release with a backup is well', async () => {
    keys = await firstInstall(release);
    admin = new Operator(await release.server.address(), keys.root);
    await backUp(release, keys, 'the value of before');

    await isWell(release);
    const { code, said } = await diagnosed(release, []);
    assert.equal(code, 7, said);
  });

  it.step('policy: a path that is missing, and a right too much', async () => {
    await admin.must('PUT', POLICY, { policy: 'path "sys/audit" { capabilities = ["read", "sudo"] }' });
    const lacks = await only('policy');
    assert.match(lacks.of('policy').seen, /lacks read on sys\/storage\/raft\/snapshot/);

    await paste(release, lacks.of('policy').fix ?? '', keys.root);
    await admin.must('PUT', POLICY, { policy: 'path "sys/*" { capabilities = ["read", "update", "sudo"] }' });
    const more = await only('policy');
    assert.match(more.of('policy').seen, /may do more than a backup needs: .*snapshot-force/);

    await paste(release, (more.of('policy').fix ?? '').replace(/, and take .*/, ''), keys.root);
  });

  it.step('role: of another account, and none at all', async () => {
    const { data: role } = await admin.must('GET', ROLE);
    await admin.must('POST', ROLE, { ...(role as object), bound_service_account_names: ['other'] });
    const other = await only('role');
    assert.match(other.of('role').seen, /is bound to another service account/);
    await paste(release, other.of('role').fix ?? '', keys.root);

    await admin.must('DELETE', ROLE);
    const none = await only('role');
    assert.match(none.of('role').seen, /has no role lifeboat-backup/);

    await paste(release, none.of('role').fix ?? '', keys.root);
  });

  it.step('bucket: missing, denied, and another prefix', async () => {
    const bucket = path.join(s3.dataFolder, 'snapshots');
    await rename(bucket, `${bucket}-away`);
    const missing = await only('bucket');
    await rename(`${bucket}-away`, bucket);
    assert.match(missing.of('bucket').seen, /bucket snapshots at .* does not exist/);
    assert.match(missing.of('bucket').fix ?? '', /create the bucket or correct store.s3.bucket/);

    const secret = (key: string) =>
      kubectl([
        ...['patch', 'secret', 'snapshot-store', '-n', NAMESPACE, '-p'],
        JSON.stringify({ stringData: { AWS_SECRET_ACCESS_KEY: key } }),
      ]);
    await secret('of-somebody-else');
    const denied = await only('bucket');
    await secret(s3.secretKey);
    assert.match(denied.of('bucket').seen, /does not belong to the access key|access is denied/);

    await release.render({ config: { store: { s3: { prefix: 'elsewhere' } } } });
    await release.installServer();
    await release.installBackup();
    const elsewhere = await only('bucket');
    assert.match(elsewhere.of('bucket').seen, /elsewhere.* holds no snapshot under this name/);

    await deployed();
  });

  it.step('clock: a store whose time is another', async () => {
    // Less than what makes the SDK of S3 sign with the store's time.
    front.seconds = 240;
    const found = await only('clock');
    front.seconds = 0;

    assert.match(found.of('clock').seen, /the store is 2\d\d s ahead of the pod/);
  });

  it.step('seal: one in the values that neither the live server nor its snapshots have', async () => {
    const stanza =
      'seal "transit" {\n  address = "http://127.0.0.1:9"\n  key_name = "k"\n  mount_path = "transit"\n}';
    await release.render({
      config: { restore: { unseal: undefined } },
      values: { server: { ha: { raft: { config: raftConfig({ path: '/openbao/data', more: stanza }) } } } },
    });
    await release.installServer();
    await release.installBackup();
    const found = await only('seal');
    assert.match(found.of('seal').seen, /the values say transit, the live server shamir/);

    await deployed();
  });

  it.step('retry-join: a second server that nobody leads to the first', async () => {
    const scale = (to: number) =>
      kubectl(['scale', 'statefulset', release.fullname, '-n', NAMESPACE, `--replicas=${to}`]);
    await scale(2);
    const found = await diagnosed(release);
    await scale(1);

    assert.ok(found.findings.includes('retry-join'), found.said);
    assert.match(found.of('retry-join').seen, /2 replicas, and no retry_join .* leads to/);
    assert.match(found.of('retry-join').fix ?? '', /vault.raftConfig: render/);
    const second = release.replica(1).pod;
    await eventually(`the end of ${second}`, async () => {
      const { code, stdout } = await tryKubectl(['get', 'pod', second, '-n', NAMESPACE]);
      return code === 0 ? { seen: stdout } : { answer: undefined };
    });
    await tryKubectl(['delete', 'pvc', `data-${second}`, '-n', NAMESPACE, '--wait=false']);
  });

  it.step('values: a list that a later values file replaced', async () => {
    const later = path.join(release.folder, 'later.yaml');
    await writeFile(later, 'server: {volumes: [{name: mine, emptyDir: {}}], extraInitContainers: []}\n');
    await release.installServer('-f', later, '--set', 'server.volumeMounts=null');
    const found = await only('values');
    assert.match(found.of('values').seen, /server.extraInitContainers lacks lifeboat-init, lifeboat-restore/);
    assert.match(found.of('values').seen, /replaced the list/);

    await paste(release, (found.of('values').fix ?? '').replace(/^.* last: /, ''), keys.root);
  });

  it.step('overlay: a lifeboat.yaml that changed after it was rendered, and a render that was not deployed', async () => {
    await release.render({ config: { restore: { whenNoSnapshot: 'stop' } } });
    const notDeployed = await only('overlay');
    assert.match(
      notDeployed.of('overlay').seen,
      /lifeboat-init was rendered with restore.whenNoSnapshot "install", and lifeboat.yaml says "stop"/,
    );
    await paste(release, notDeployed.of('overlay').fix ?? '', keys.root);
    await release.render();
    await release.installServer();
    await release.installBackup();
    const yaml = path.join(release.folder, 'lifeboat.yaml');
    await writeFile(yaml, release.lifeboatYaml({ restore: { whenNoSnapshot: 'stop' } }));
    const notRendered = await diagnosed(release, ['--checks', 'overlay']);
    assert.match(notRendered.said, /the rendered folder is old: .*vault-values.yaml/);

    await deployed();
  });

  it.step("versions: the server's tag, changed without a new render", async () => {
    await release.installServer('--set', 'server.image.tag=2.7.99');
    const found = await only('versions');
    assert.match(found.of('versions').seen, /the server is .*:2.7.99, and lifeboat-restore still .*:2.7.2/);

    await release.installServer();
  });

  it.step('image: a tag that no node has', async () => {
    await release.render({ config: { image: { tag: 'nowhere' } } });
    await release.installBackup();
    const found = await diagnosed(release);
    assert.ok(found.findings.includes('image'), found.said);
    assert.match(
      found.of('image').seen,
      /lifeboat-init of .* has the image .*, and lifeboat.yaml says .*:nowhere/,
    );
    // The pod that should have asked does not start: nothing of it is taken for well.
    assert.equal(found.of('role').result, 'unknown');
    assert.match(found.of('role').seen, /does not start \(ErrImageNeverPull\)/);

    await kubectl([
      'create',
      'job',
      '-n',
      NAMESPACE,
      `--from=cronjob/${release.name}-lifeboat`,
      'without-image',
    ]);
    await eventually('the image that is missing', async () => {
      const { said, of } = await diagnosed(release, ['--checks', 'image']);
      return /cannot have the image .*:nowhere/.test(said) ? { answer: of('image') } : { seen: said };
    });
    await kubectl(['delete', 'job', 'without-image', '-n', NAMESPACE]);
    await deployed();
  });

  it.step('a Secret, a right, and the CronJob', async () => {
    const secret = await kubectl(['get', 'secret', 'unseal-shares', '-n', NAMESPACE, '-o', 'json']);
    await kubectl(['delete', 'secret', 'unseal-shares', '-n', NAMESPACE]);
    await kubectl(['delete', '-f', path.join(release.folder, 'out/rbac.yaml')]);
    await kubectl([
      'patch',
      'cronjob',
      `${release.name}-lifeboat`,
      '-n',
      NAMESPACE,
      '-p',
      '{"spec":{"suspend":true}}',
    ]);

    const found = await only('rights', 'secrets', 'cronjob');
    assert.match(found.of('secrets').seen, /unseal-shares \(the unseal shares\) is not there/);
    assert.match(found.of('cronjob').seen, /is suspended/);

    await kubectl(['create', '-f', '-'], { input: secret });
    for (const check of ['rights', 'cronjob'] as const)
      await paste(release, found.of(check).fix ?? '', keys.root);
    await isWell(release);
  });

  it.step('no Job of the doctor is left, and none of them counts as a backup', async () => {
    const jobs = await kubectl(['get', 'jobs', '-n', NAMESPACE, '-o', 'name']);

    assert.doesNotMatch(jobs, /doctor/);
    assert.match((await diagnosed(release, ['--checks', 'last-backup'])).of('last-backup').seen, /succeeded/);
  });
});
