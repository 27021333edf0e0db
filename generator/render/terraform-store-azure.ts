/**
 * Terraform for Azure: a managed identity for each pod that trusts the tokens of its service account, a role of a few
 * data actions, and its assignment on the container with conditions on the paths of blobs.
 */
import type { AzureStore } from '../config/config.ts';
import type { Plan } from '../plan/plan.ts';
import { RIGHTS_IN_WORDS, type StoreUser } from '../plan/store-users.ts';
import { subjectOf } from './s3-trust.ts';
import { shortName } from './short-name.ts';
import { renderText } from './text.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const LIST = "SubOperationMatches{'Blob.List'}";

function matches(action: string): string {
  return `ActionMatches{'${BLOBS}/${action}'}`;
}

interface Rule {
  /** When the rule speaks. */
  readonly when: string;
  readonly attribute: '@Request' | '@Resource';
  readonly below: string;
}

const READING: readonly Rule[] = [
  { when: `${matches('read')} AND ${LIST}`, attribute: '@Request', below: '' },
  { when: `${matches('read')} AND NOT ${LIST}`, attribute: '@Resource', below: '' },
];

/** A new blob is `add` where it comes in one piece; its parts and their list are `write`. */
function writing(below: string): readonly Rule[] {
  return ['write', 'add/action'].map((action) => ({ when: matches(action), attribute: '@Resource', below }));
}

const RULES: Readonly<Record<StoreUser['who'], readonly Rule[]>> = {
  backup: [
    ...READING,
    ...writing(''),
    { when: matches('delete'), attribute: '@Resource', below: 'snapshots/' },
  ],
  restore: [...READING, ...writing('receipts/')],
};

const DATA_ACTIONS = {
  backup: ['read', 'write', 'add/action', 'delete'],
  restore: ['read', 'write', 'add/action'],
} as const;

/** Each rule holds where it does not speak, or where the path begins as it says. */
export function condition(who: StoreUser['who'], folder: string): string {
  return RULES[who]
    .map(({ when, attribute, below }) => {
      const what = attribute === '@Request' ? 'prefix' : 'path';
      return `(\n  (\n    !(${when})\n  )\n  OR\n  (\n    ${attribute}[${BLOBS}:${what}] StringStartsWith '${folder}/${below}'\n  )\n)`;
    })
    .join('\nAND\n');
}

/** Undefined where keys of the account are used: those know no identities. */
export function azureModule(plan: Plan, store: AzureStore, users: readonly StoreUser[]): string | undefined {
  const { name } = plan.config;
  const folder = [store.prefix, name].filter((part) => part !== '').join('/');
  const rows = users
    .filter(({ key }) => key === undefined)
    .map((user) => ({
      who: user.who,
      title: RIGHTS_IN_WORDS[user.who],
      make: !user.theirs,
      identityName: shortName(`lifeboat-${user.who}`, name, 120),
      subject: subjectOf(user),
      principalText: `Object (principal) id of the identity whose client id is ${user.identity ?? ''}.`,
      principal: user.theirs
        ? `var.${user.who}_principal_id`
        : `azurerm_user_assigned_identity.${user.who}.principal_id`,
      roleName: `vault-lifeboat ${user.who} of ${name} in ${store.account}/${store.container}`,
      dataActions: DATA_ACTIONS[user.who].map((action) => `${BLOBS}/${action}`),
      condition: condition(user.who, folder),
    }));
  if (rows.length === 0) return undefined;
  return renderText('terraform-store-azure.tf', {
    header: plan.header,
    name,
    account: store.account,
    container: store.container,
    made: rows.some(({ make }) => make),
    users: rows,
  });
}
