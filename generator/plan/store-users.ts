/**
 * Who comes to the store: the backup, which writes, and the server's pods, which read and write receipts. Each is known
 * by a static key out of a Secret, or by the cloud identity of its service account.
 */

import type { ServerFacts } from '../chart/server-facts.ts';
import { serverIdentity } from '../chart/server-identity.ts';
import type { Config } from '../config/config.ts';
import { type StaticKey, staticKey, type Who } from '../config/static-key.ts';
import { identityAnnotation, storeIdentity } from '../config/store-identity.ts';

export const RIGHTS_IN_WORDS = {
  backup: 'The backup writes snapshots, and prunes old ones.',
  restore: "The server's pods read snapshots, and write receipts.",
} as const satisfies Readonly<Record<Who, string>>;

export interface StoreUser {
  readonly who: Who;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly key?: StaticKey;
  /** The cloud identity (ARN, address, client id), where its name is known. */
  readonly identity?: string;
  /** The identity is one of the user's own, with other rights besides: it gets ours, and nothing else is done to it. */
  readonly theirs: boolean;
}

function userOf(
  config: Config,
  who: Who,
  identity: string | undefined,
  pod: Pick<StoreUser, 'namespace' | 'serviceAccount'>,
): StoreUser {
  const { store } = config;
  const key = staticKey(store, who);
  if (key !== undefined) return { who, ...pod, key, theirs: false };
  const annotation = identityAnnotation(store, who) ?? '';
  const named = storeIdentity(config, who).annotations[annotation];
  return {
    who,
    ...pod,
    ...(identity === undefined ? {} : { identity }),
    theirs: identity !== undefined && identity !== named,
  };
}

function backupUser(config: Config): StoreUser {
  const { serviceAccount, namespace } = config.backup;
  const annotations = { ...storeIdentity(config, 'backup').annotations, ...serviceAccount.annotations };
  const identity = annotations[identityAnnotation(config.store, 'backup') ?? ''];
  return userOf(config, 'backup', identity, { namespace, serviceAccount: serviceAccount.name });
}

/** The backup first; the server's pods where they restore. Nobody where the store is a volume. */
export function storeUsers(config: Config, { account }: Pick<ServerFacts, 'account'>): readonly StoreUser[] {
  const { store, restore, release } = config;
  if ('directory' in store) return [];
  const backup = backupUser(config);
  if (!restore.enabled) return [backup];
  const { who } = serverIdentity(config, account);
  const server = userOf(config, 'restore', who, {
    namespace: release.namespace,
    serviceAccount: account.name,
  });
  // A role of theirs stays theirs where lifeboat.yaml names it for the backup as well.
  const shared = server.theirs && backup.identity === server.identity;
  return [shared ? { ...backup, theirs: true } : backup, server];
}

/** Whether both are the same to the store: then the backup's rights are the ones to give, for they hold the other's. */
export function areOne([first, second]: readonly StoreUser[]): boolean {
  if (first === undefined || second === undefined) return false;
  if (first.key !== undefined || second.key !== undefined)
    return first.key?.name === second.key?.name && first.namespace === second.namespace;
  return first.identity !== undefined && first.identity === second.identity;
}
