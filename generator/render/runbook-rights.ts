/** What RUNBOOK.md says of the rights at the store: whoever the two pods are there, and what they may do. */
import type { Store } from '../config/config.ts';
import type { Plan } from '../plan/plan.ts';
import { areOne, RIGHTS_IN_WORDS, type StoreUser, storeUsers } from '../plan/store-users.ts';

/** One line each; none of a store that is a volume. */
export function storeRights({ config, facts }: Plan): readonly string[] {
  const { store } = config;
  if ('directory' in store) return [];
  const users = storeUsers(config, facts);
  const rows = users.map((user) => rowOf(store, user));
  if ('s3' in store && areOne(users))
    rows.push('Both are the same owner: the policy of the backup is enough, for it holds all of the other.');
  return rows;
}

function rowOf(store: Exclude<Store, { directory: unknown }>, user: StoreUser): string {
  if ('s3' in store) {
    const whose = user.who === 'backup' ? 'the backup' : "the server's pods";
    return `\`s3-policy-${user.who}.json\` is for ${whose}: ${ownerText(user, 'role')}.`;
  }
  if ('gcs' in store) return `${RIGHTS_IN_WORDS[user.who]} To Google: ${ownerText(user, 'Google account')}.`;
  const signature =
    user.key?.keys[0] === 'AZURE_STORAGE_SAS_TOKEN'
      ? ` A signature for that allows \`${user.who === 'backup' ? 'rcwdl' : 'rcl'}\` on the container.`
      : '';
  return `${RIGHTS_IN_WORDS[user.who]} To Azure: ${ownerText(user, 'identity')}.${signature}`;
}

function ownerText(user: StoreUser, word: string): string {
  const { key, identity, theirs, namespace, serviceAccount } = user;
  if (key !== undefined)
    return `the owner of the keys in the Secret \`${key.name}\` of namespace \`${namespace}\``;
  const role = identity === undefined ? `the cloud's ${word}` : `the ${word} \`${identity}\``;
  const besides = theirs ? ', beside what it may do already' : '';
  return `${role} of the service account \`${serviceAccount}\` of namespace \`${namespace}\`${besides}`;
}
