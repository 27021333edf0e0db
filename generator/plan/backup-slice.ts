/** What the backup is told (contract/slice.ts). */
import { MOUNTS } from '../../contract/pod.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import type { ServerFacts } from '../chart/server-facts.ts';
import type { Config } from '../config/config.ts';
import { installation, storeSlice, tlsSlice } from './store-slice.ts';

/** File of the projected token in `MOUNTS.token` (charts/vault-lifeboat). */
const TOKEN_FILE = 'token';

function authSlice({ backup }: Config): BackupSlice['auth'] {
  if ('kubernetes' in backup.auth) {
    const { mount, role } = backup.auth.kubernetes;
    return { kubernetes: { mount, role, tokenFile: `${MOUNTS.token}/${TOKEN_FILE}` } };
  }
  return { approle: { mount: backup.auth.approle.mount, credentials: MOUNTS.auth } };
}

/** A Service is called by a name that works from every namespace; the single servers by their names in the headless one. */
export function vaultAddresses(config: Config, facts: ServerFacts): { address: string; peers: string[] } {
  const { namespace } = config.release;
  const { scheme, fullname, internalService } = facts;
  return {
    address: `${scheme}://${facts.service}.${namespace}.svc:${facts.servicePort}`,
    peers: Array.from(
      { length: facts.replicas },
      (_, i) => `${scheme}://${fullname}-${i}.${internalService}.${namespace}.svc:8200`,
    ),
  };
}

export function backupSlice(config: Config, facts: ServerFacts): BackupSlice {
  const { backup } = config;
  return {
    version: 1,
    name: config.name,
    installation: installation(config),
    store: storeSlice(config, 'backup'),
    vault: { product: facts.product, ...vaultAddresses(config, facts), ...tlsSlice(config) },
    auth: authSlice(config),
    retention: { keepLast: config.keepLast },
    ...(backup.takeOver === undefined ? {} : { takeOver: backup.takeOver }),
    timeoutSeconds: backup.timeoutSeconds,
    log: config.logFormat,
  };
}
