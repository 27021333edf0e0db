/**
 * Three servers behind TLS: a certificate of a private CA with the names of the Services and no address in it, which the
 * servers show each other, the backup by the Service of the active one, and the worker at loopback. With a release of a
 * name of its own, and an audit log on a volume of its own.
 */
import assert from 'node:assert/strict';
import { certificateFor } from '../../support/certificates.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { AUDIT_FILE, auditStorage, enableAudit } from '../audit.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import { raftConfig } from '../raft-config.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

// The administrator of the scenarios calls the pods by their addresses, which no certificate has; lifeboat checks.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
process.removeAllListeners('warning');

const NAMESPACE = 'behind-tls';
const NAME = 'payments-vault';
const FOLDER = '/vault/userconfig/server-tls';
/** All three carry the one certificate, so each is called by one name that it has. */
const SERVER_NAME = `${NAME}.${NAMESPACE}.svc`;

scenario('three servers behind TLS with a private CA', { value: 8, seconds: 120 }, (it) => {
  let release: Release;
  let keys: Keys;

  it.before(async () => {
    const services = [NAME, `${NAME}-active`].flatMap((name) => [name, `${name}.${NAMESPACE}.svc`]);
    const servers = [`*.${NAME}-internal`, `*.${NAME}-internal.${NAMESPACE}.svc`];
    const certificate = await certificateFor(SERVER_NAME, [...services, ...servers]);
    release = await it.release({
      product: 'vault',
      namespace: NAMESPACE,
      name: NAME,
      replicas: 3,
      tls: { ca: certificate['ca.crt'], serverName: SERVER_NAME },
      secrets: { 'server-tls': certificate, 'server-ca': { 'ca.crt': certificate['ca.crt'] } },
      values: {
        global: { tlsDisable: false },
        server: {
          extraVolumes: [{ type: 'secret', name: 'server-tls' }],
          extraEnvironmentVars: { VAULT_CACERT: `${FOLDER}/ca.crt`, VAULT_TLS_SERVER_NAME: SERVER_NAME },
          auditStorage: auditStorage(),
          ha: { raft: { config: raftConfig({ path: '/vault/data', tls: FOLDER }) } },
        },
      },
      config: {
        ...LOGINS.vault,
        vault: {
          raftConfig: 'render',
          tls: { ca: { secretRef: { name: 'server-ca', key: 'ca.crt' } }, serverName: SERVER_NAME },
        },
      },
    });
    await release.render();
  });

  const allReady = async (): Promise<void> => {
    for (const server of release.replicas) await server.ready();
  };

  it.step('a first install: the others join by TLS; the backup calls the active one by its Service', async () => {
    keys = await firstInstall(release);
    await allReady();
    await enableAudit(release.server, keys.root, 'file', `file_path=${AUDIT_FILE}`);

    const log = await backUp(release, keys, 'the value of before');

    assert.match(log, /BACKED UP .*verified, read back/);
    const config = ['get', 'configmap', '-n', NAMESPACE, `${NAME}-lifeboat`, '-o', 'jsonpath={.data}'];
    assert.match(await kubectl(config), new RegExp(`https://${NAME}-active\\.${NAMESPACE}\\.svc:8200`));
  });

  it.step('after the loss of everything all three come back, with their audit device', async () => {
    await release.loseEverything();

    await comeBack(release, keys);
    await allReady();

    await release.server.logSays('vault', 'RESTORED');
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
    const { stdout } = await release.server.run(['audit', 'list'], keys.root);
    assert.match(stdout, /^file\//m);
    assert.doesNotMatch(await release.server.log('lifeboat-restore'), /will not work here/);
  });
});
