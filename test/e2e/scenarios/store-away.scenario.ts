/**
 * The day on which the store is away, too: the pod waits and says so, and goes on by itself when it comes back; so with
 * a Secret that comes later. A store that denies is a refusal, in plain words, and nothing is initialised.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { eventually, kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { type StoreGate, storeGate } from '../store-gate.ts';

const NAMESPACE = 'store-away';
const SECRET = 'snapshot-store';

scenario('the store is away at the reinstall, or denies', { value: 7, seconds: 240 }, (it) => {
  let gate: StoreGate;
  let release: Release;
  let keys: Keys;

  const status = (...more: readonly string[]) =>
    release.tryLifeboat(['status', '-f', 'lifeboat.yaml', ...more]);

  /** How often the first init container was started again. */
  const restarts = async (): Promise<string> => {
    const path = '{.status.initContainerStatuses[?(@.name=="lifeboat-init")].restartCount}';
    return kubectl(['get', 'pod', release.server.pod, '-n', NAMESPACE, '-o', `jsonpath=${path}`]);
  };

  /** The Secret of the store anew, with these keys. */
  const giveStoreSecret = async (entries: Readonly<Record<string, string>>): Promise<void> => {
    await kubectl(['delete', 'secret', SECRET, '-n', NAMESPACE, '--ignore-not-found']);
    const metadata = { name: SECRET, namespace: NAMESPACE };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: entries };
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify(secret) });
  };

  /** The pod's line in the table, as it goes on after the name. */
  const lineOf = (rest: string): RegExp => new RegExp(`^${release.server.pod} +${rest}`, 'm');

  const statusSays = (code: number, what: RegExp): Promise<string> =>
    eventually(`lifeboat status with ${code} and ${what}`, async () => {
      const seen = await status();
      return seen.code === code && what.test(seen.said)
        ? { answer: seen.said }
        : { seen: `exit ${seen.code}\n${seen.said}` };
    });

  const comesBack = async (): Promise<void> => {
    await release.server.ready();
    await release.server.logSays('openbao', 'RESTORED');
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
  };

  it.before(async () => {
    const s3 = await it.store();
    gate = await storeGate(s3.endpoint);
    it.atEnd(() => gate.shut());
    await gate.open();
    release = await it.release({
      product: 'openbao',
      namespace: NAMESPACE,
      s3: { ...s3, endpoint: gate.endpoint },
      config: LOGINS.openbao,
    });
    await release.render();
  });

  it.step('a first install and a backup, which lifeboat status then tells', async () => {
    keys = await firstInstall(release);
    await backUp(release, keys, 'the value of before');

    const said = await statusSays(0, /^snapshot +snapshots\/\S+\.snap, .*; verified \(says the backup/m);
    assert.match(said, lineOf('yes +active +\\d+ +Bound'));
    assert.match(said, /^next run +\S+Z, in /m);
    const asked = await status('--credentials', release.options.s3.credentialsFolder);
    assert.match(asked.said, new RegExp(`; verified, written by ${NAMESPACE}/${release.name}$`, 'm'));
  });

  it.step('while the store is away the pod waits, says so, and is never started again', async () => {
    await release.loseEverything();
    await gate.shut();
    await comeBack(release, keys);

    await release.server.logSays('lifeboat-init', '[waiting-for-store]');
    // The CronJob is lost as well; it comes after the server.
    await release.installBackup();
    const said = await statusSays(9, lineOf('no +waiting-for-store .*connection refused'));
    assert.match(said, /nothing is started or initialised/);
    assert.equal(await restarts(), '0');
  });

  it.step('when the store is back it goes on by itself', async () => {
    await gate.open();

    await comesBack();
    assert.equal(await restarts(), '0');
    const { said } = await status('--credentials', release.options.s3.credentialsFolder);
    assert.match(said, /^restore +restored /m);
  });

  it.step('a store that denies is a refusal that names what is wrong; nothing is initialised', async () => {
    await release.loseEverything();
    await release.prepare();
    await release.giveShares(keys);
    await giveStoreSecret({ AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'of-no-use' });
    await release.installServer();
    await release.installBackup();

    const said = await statusSays(8, lineOf('no +refused '));

    assert.match(said, /the access key is unknown there/);
    assert.match(said, new RegExp(`${release.server.pod}: correct the Secret that holds AWS_ACCESS_KEY_ID`));
    assert.doesNotMatch(said, /of-no-use/);
    const started = '{.status.containerStatuses[0].state.waiting.reason}';
    const server = ['get', 'pod', release.server.pod, '-n', NAMESPACE, '-o', `jsonpath=${started}`];
    assert.equal(await kubectl(server), 'PodInitializing');
  });

  it.step('a Secret that is gone is waited for, and taken when it comes', async () => {
    await kubectl(['delete', 'secret', SECRET, '-n', NAMESPACE]);
    await kubectl(['delete', 'pod', release.server.pod, '-n', NAMESPACE]);
    await statusSays(8, lineOf('no +waiting-for-secret .*AWS_ACCESS_KEY_ID is missing'));
    assert.equal(await restarts(), '0');

    const { accessKey, secretKey } = release.options.s3;
    await giveStoreSecret({ AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey });

    await comesBack();
    assert.equal(await restarts(), '0');
  });
});
