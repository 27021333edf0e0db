/**
 * Terraform for Google's IAM: a service account for each pod, which its Kubernetes service account may be (workload
 * identity); and rights on the bucket, each with a condition on the names of objects.
 */
import type { GcsStore } from '../config/config.ts';
import type { Plan } from '../plan/plan.ts';
import { RIGHTS_IN_WORDS, type StoreUser } from '../plan/store-users.ts';
import { shortName } from './short-name.ts';
import { hclString, renderText } from './text.ts';

/** Of the name of a service account in its project. */
const ACCOUNT_LIMIT = 30;
const DOMAIN = '.iam.gserviceaccount.com';

interface Right {
  readonly right: string;
  /** An expression of HCL. */
  readonly role: string;
  /** Below the folder of this Vault; each is enough. */
  readonly below: readonly string[];
}

const READ: Right = { right: 'read', role: hclString('roles/storage.objectViewer'), below: [''] };
const WRITE = hclString('roles/storage.objectCreator');
const RIGHTS: Readonly<Record<StoreUser['who'], readonly Right[]>> = {
  backup: [
    READ,
    { right: 'write', role: WRITE, below: [''] },
    // To replace the pointer is to delete it, too.
    {
      right: 'prune',
      role: 'google_project_iam_custom_role.prune.id',
      below: ['snapshots/', 'latest.json'],
    },
  ],
  restore: [READ, { right: 'receipts', role: WRITE, below: ['receipts/'] }],
};

function condition(below: readonly string[]): string {
  return `"${below.map((name) => `resource.name.startsWith('\${local.folder}${name}')`).join(' || ')}"`;
}

interface Account {
  readonly id: string;
  /** An expression of HCL, and the same inside of a string. */
  readonly project: string;
  readonly projectText: string;
  readonly address: string;
}

/** The address of a service account of a project with a domain is `id@project.domain.iam.gserviceaccount.com`. */
function accountAt(address: string): Account {
  const [id = '', host = ''] = address.split('@');
  const [project = '', ...domain] = host.slice(0, -DOMAIN.length).split('.');
  const owner = domain.length === 0 ? project : `${domain.join('.')}:${project}`;
  return { id, project: hclString(owner), projectText: owner, address };
}

/** Where the user's values make the annotation by a template. */
function unknownAccount(who: StoreUser['who']): Account {
  return { id: '', project: '', projectText: '', address: `\${var.${who}_service_account}` };
}

function accountOf({ who, key, identity }: StoreUser, store: GcsStore, vault: string): Account | undefined {
  const named = identity ?? (who === 'backup' ? store.backupServiceAccount : store.restoreServiceAccount);
  if (named !== undefined) return named.endsWith(DOMAIN) ? accountAt(named) : unknownAccount(who);
  if (key === undefined) return undefined;
  const id = shortName(`lifeboat-${who}`, vault, ACCOUNT_LIMIT);
  return {
    id,
    project: 'var.project',
    projectText: `\${var.project}`,
    address: `${id}@\${var.project}${DOMAIN}`,
  };
}

function userRows(store: GcsStore, user: StoreUser, vault: string) {
  const { who, key, theirs, identity, namespace, serviceAccount } = user;
  const account = accountOf(user, store, vault);
  const principal = `principal://iam.googleapis.com/projects/\${var.cluster_project_number}/locations/global/workloadIdentityPools/\${local.pool}/subject/ns/${namespace}/sa/${serviceAccount}`;
  const make = account !== undefined && !theirs;
  const member = `"${account === undefined ? principal : `serviceAccount:${account.address}`}"`;
  return {
    who,
    title: RIGHTS_IN_WORDS[who],
    numbered: account === undefined,
    unknown: account?.id === '',
    unknownText: `Address of the service account that is given as ${identity ?? ''}.`,
    make,
    workload: make && key === undefined,
    secret: key?.name ?? false,
    project: account?.project ?? '',
    accountId: account?.id ?? '',
    accountPath: `"projects/${account?.projectText ?? ''}/serviceAccounts/${account?.address ?? ''}"`,
    namespace,
    serviceAccount,
    member,
    rights: RIGHTS[who].map(({ right, role, below }) => ({
      right,
      role,
      who,
      make,
      member,
      conditionTitle: `${vault}: ${below[0] === '' ? 'its objects' : below.join(', ')}`,
      expression: condition(below),
    })),
  };
}

export function googleModule(plan: Plan, store: GcsStore, users: readonly StoreUser[]): string {
  const { name } = plan.config;
  const rows = users.map((user) => userRows(store, user, name));
  const folder = [store.prefix, name].filter((part) => part !== '').join('/');
  return renderText('terraform-store-google.tf', {
    header: plan.header,
    name,
    bucket: store.bucket,
    project: store.project ?? false,
    pool: rows.some(({ workload, numbered }) => workload || numbered),
    numbered: rows.some(({ numbered }) => numbered),
    folder: `projects/_/buckets/${store.bucket}/objects/${folder}/`,
    prune: {
      id: shortName('lifeboat_prune', name, 64).replaceAll('-', '_'),
      title: `Prunes the snapshots of ${name}`.slice(0, 100),
    },
    users: rows,
  });
}
