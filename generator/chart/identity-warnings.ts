/** Who the server's pods are to the store, where that needs a person's eye. */
import type { Config, Store } from '../config/config.ts';
import { identityAnnotation } from '../config/store-identity.ts';
import { serverIdentity } from './server-identity.ts';
import type { ServiceAccount } from './service-account.ts';

interface Place {
  readonly kind: string;
  readonly what: string;
  /** The key of lifeboat.yaml that names the identity. */
  readonly key: string;
  readonly rights: string;
}

/** Undefined where no identity is asked for. */
function placeOf(store: Store): Place | undefined {
  if (identityAnnotation(store, 'restore') === undefined) return undefined;
  const rights = 'the rights to read snapshots and to write receipts';
  if ('gcs' in store) return { kind: 'gcs', what: 'the bucket', key: 'restoreServiceAccount', rights };
  if ('azure' in store) return { kind: 'azure', what: 'the container', key: 'restoreClientId', rights };
  return { kind: 's3', what: 'the bucket', key: 'restoreRoleArn', rights: 's3-policy-restore.json' };
}

/** One sentence each. Of a store that a Secret opens nothing is said. */
export function identityWarnings(config: Config, account: ServiceAccount): readonly string[] {
  const { store, release } = config;
  const { who, theirs, kept, unreachable } = serverIdentity(config, account);
  const found = kept.map(
    (one) =>
      `${one.path}: your values give ${one.key} the value ${one.theirs}, which stays; lifeboat.yaml names ${one.named}. Make them equal, or give the first one what a restore needs.`,
  );
  for (const [key, value] of Object.entries(unreachable)) {
    const quoted = `'${key}=${value.replaceAll("'", "'\\''")}'`;
    found.push(
      `server.serviceAccount: the chart does not make the service account ${account.name}, so annotate it yourself: kubectl annotate serviceaccount ${account.name} -n ${release.namespace} ${quoted}`,
    );
  }
  const place = placeOf(store);
  if (place === undefined) return found;
  const { kind, what, key, rights } = place;
  if (who === undefined) {
    found.push(
      `store.${kind}: without a secretRef the server pods need an identity that may read ${what}, and neither store.${kind}.${key} nor your values (server.serviceAccount.annotations) give their service account one. Nothing is missing where the cluster itself gives it one.`,
    );
  } else if (theirs) {
    found.push(
      `store.${kind}: the server's service account keeps the identity of your values, ${who}: give it ${rights} beside what it may do already.`,
    );
  }
  return found;
}
