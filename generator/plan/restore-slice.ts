/** What the server pods are told (contract/slice.ts). */
import { MOUNTS } from '../../contract/pod.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import type { ServerFacts } from '../chart/server-facts.ts';
import type { Config } from '../config/config.ts';
import { installation, storeSlice, tlsSlice } from './store-slice.ts';

export function sealOf(config: Config, facts: ServerFacts): 'shamir' | 'auto' {
  return facts.sealType === undefined ? (config.seal ?? 'shamir') : 'auto';
}

export function restoreSlice(config: Config, facts: ServerFacts): RestoreSlice {
  const { restore } = config;
  const seal = sealOf(config, facts);
  return {
    version: 1,
    name: config.name,
    installation: installation(config),
    replicas: {
      count: facts.replicas,
      namespace: config.release.namespace,
      statefulSet: facts.fullname,
      service: facts.internalService,
      ordered: facts.ordered,
    },
    store: storeSlice(config, 'restore'),
    server: {
      product: facts.product,
      image: facts.image,
      dataPath: facts.dataPath,
      configFiles: [...facts.configFiles],
      // Its own listener, whatever VAULT_ADDR says: the chart's server listens on 8200.
      address: `${facts.scheme}://127.0.0.1:8200`,
      ...tlsSlice(config),
      seal,
    },
    restore: {
      snapshot: restore.snapshot,
      ...(restore.rehearsalOf === undefined
        ? {}
        : { rehearsalOf: installation({ release: restore.rehearsalOf }) }),
      whenNoSnapshot: restore.whenNoSnapshot,
      whenDamaged: restore.whenDamaged,
      unseal: seal === 'shamir' && 'secret' in restore.unseal ? { shares: MOUNTS.unseal } : { manual: {} },
      ...(restore.assumeLost.length === 0 ? {} : { assumeLost: [...restore.assumeLost] }),
      timeoutSeconds: restore.timeoutSeconds,
    },
    log: config.logFormat,
  };
}
