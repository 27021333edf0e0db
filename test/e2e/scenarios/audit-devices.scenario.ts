/**
 * A snapshot brings its audit devices along, and a server whose devices all fail is useless although it is unsealed. In
 * a pod where none of them can work that is said before anything is initialised, with what to do; then the road goes on.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { freePort } from '../../support/server-process.ts';
import type { S3Server } from '../../support/start-s3.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { AUDIT_FILE, auditStorage, enableAudit } from '../audit.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { surroundings } from '../surroundings.ts';

/** What stands on the disk of the pod, where it can be seen from here: its containers do not run. */
async function onDisk(release: Release): Promise<readonly string[] | undefined> {
  const { volumesFolder } = surroundings();
  if (volumesFolder === undefined) return undefined;
  const wanted = ['-n', release.options.namespace, '-o', 'jsonpath={.spec.volumeName}'];
  const volume = await kubectl(['get', 'pvc', `data-${release.server.pod}`, ...wanted]);
  return readdir(path.join(volumesFolder, volume));
}

async function refused(release: Release, why: RegExp): Promise<string> {
  const log = await release.server.logSays('lifeboat-restore', 'the restored server would be useless');

  assert.match(log, why);
  assert.doesNotMatch(log, /is initialised in the attempt folder|in place/);
  assert.deepEqual((await onDisk(release)) ?? ['.lifeboat'], ['.lifeboat']);
  return log;
}

scenario('a file audit device whose volume the new release lacks', { value: 5, seconds: 110 }, (it) => {
  let release: Release;
  let keys: Keys;

  it.before(async () => {
    release = await it.release({
      product: 'vault',
      namespace: 'audit-file',
      values: { server: { auditStorage: auditStorage() } },
      config: LOGINS.vault,
    });
    await release.render();
  });

  it.step('is in a snapshot of the original', async () => {
    keys = await firstInstall(release);
    await enableAudit(release.server, keys.root, 'file', `file_path=${AUDIT_FILE}`);

    assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP/);
    await release.loseEverything();
  });

  it.step('is named before anything is initialised, with the commands that help', async () => {
    await release.render({ values: { server: { auditStorage: { enabled: false } } } });
    await comeBack(release, keys);

    const log = await refused(release, /file\/ \(file \/vault\/audit\/audit\.log cannot be written\)/);

    const { pod, namespace } = release.server;
    assert.match(
      log,
      new RegExp(`kubectl delete statefulset ${release.fullname} -n ${namespace} --cascade=orphan`),
    );
    assert.match(log, new RegExp(`kubectl delete pod ${pod} -n ${namespace}`));
  });

  it.step('and the restore goes on once those were typed', async () => {
    const { pod, namespace } = release.server;
    await release.render();

    await kubectl(['delete', 'statefulset', release.fullname, '-n', namespace, '--cascade=orphan']);
    await release.installServer();
    await kubectl(['delete', 'pod', pod, '-n', namespace]);

    await release.server.ready();
    await release.server.logSays('vault', 'RESTORED');
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
    const { stdout } = await release.server.exec(['wc', '-c', AUDIT_FILE]);
    assert.ok(Number.parseInt(stdout, 10) > 0, 'the restored server writes its audit log');
  });
});

scenario('a socket audit device that nobody listens for', { value: 5, seconds: 110 }, (it) => {
  const host = surroundings().storeHost;
  let s3: S3Server;
  let release: Release;
  let keys: Keys;
  let listener: Server;
  let port: number;

  function listen(): Promise<void> {
    listener = createServer((socket) => socket.on('error', () => {}).resume());
    return new Promise((resolve) => listener.listen(port, host, resolve));
  }

  it.before(async () => {
    port = await freePort(host);
    await listen();
    it.atEnd(async () => void listener.close());
    s3 = await it.store();
    release = await it.release({ product: 'vault', namespace: 'audit-socket', s3, config: LOGINS.vault });
    await release.render();
  });

  it.step('is in the first snapshot alone, and in the second one beside another device', async () => {
    keys = await firstInstall(release);
    await enableAudit(release.server, keys.root, 'socket', `address=${host}:${port}`, 'socket_type=tcp');
    assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP/);
    await enableAudit(release.server, keys.root, 'file', 'file_path=stdout');
    await release.server.writeSecret(keys.root, 'app', 'the value of later');

    assert.match(await release.backupNow('second'), /BACKED UP/);
    await release.loseEverything();
    listener.close();
  });

  it.step('is named before anything is initialised', async () => {
    const folder = path.join(s3.dataFolder, 'snapshots', release.options.namespace, 'snapshots');
    const [first = ''] = (await readdir(folder)).filter((name) => name.endsWith('.snap')).sort();
    await release.render({ config: { restore: { snapshot: { key: `snapshots/${first}` } } } });
    await comeBack(release, keys);

    const log = await refused(release, /socket\/ \(socket tcp \S+ cannot be reached: .*ECONNREFUSED/);

    assert.match(log, /let what listens there answer.*or choose a snapshot that has another device besides/);
  });

  it.step('and a snapshot with a second device that works is restored, with a warning', async () => {
    await release.render();
    await release.installServer();
    await kubectl(['delete', 'pod', release.server.pod, '-n', release.options.namespace]);

    await release.server.ready();

    await release.server.logSays('vault', 'RESTORED');
    const log = await release.server.log('lifeboat-restore');
    assert.match(log, /audit devices of the snapshot that will not work here: socket\//);
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of later');
  });
});
