/**
 * What has to be done in Vault so that the backup can log in: a pure decision from what is wanted and what is there.
 * A field that nobody asked for (a bound CIDR, another comment) is the user's, and no difference.
 */
import { LifeboatError } from '../../contract/errors.ts';
import { BINARIES } from '../../contract/product-words.ts';
import { accessPaths, type RoleField, type VaultAccess } from '../../contract/vault-access.ts';
import { samePolicy } from './policy-meaning.ts';
import type { Present } from './present.ts';

/** `create`: nothing is there. `update`: something else is. */
export type Doing = 'create' | 'update' | 'unchanged';

export interface Change {
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

export interface Step {
  readonly what: 'policy' | 'auth method' | 'auth config' | 'role';
  /** Its path in Vault's API. */
  readonly path: string;
  readonly doing: Doing;
  /** For an update: what is there, and what will be. */
  readonly changes: readonly Change[];
  /** What is sent; nothing where it is unchanged. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** What a person should know of something that is left as it is. */
  readonly note?: string;
}

function fieldText(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).sort().join(', ');
  return value === undefined || value === null ? '' : String(value);
}

function changesOf(
  fields: Readonly<Record<string, RoleField>>,
  present: Readonly<Record<string, unknown>>,
): readonly Change[] {
  return Object.entries(fields)
    .map(([field, value]) => ({ field, from: fieldText(present[field]), to: fieldText(value) }))
    .filter(({ from, to }) => from !== to);
}

function policyStep({ policy }: VaultAccess, path: string, present: Present): Step {
  const body = { policy: policy.text };
  if (present.policy === undefined) return { what: 'policy', path, doing: 'create', changes: [], body };
  if (samePolicy(present.policy, policy.text))
    return { what: 'policy', path, doing: 'unchanged', changes: [] };
  const changes = [{ field: 'policy', from: present.policy, to: policy.text }];
  return { what: 'policy', path, doing: 'update', changes, body };
}

function mountStep({ method }: VaultAccess, path: string, { mountType }: Present): Step {
  if (mountType === undefined)
    return { what: 'auth method', path, doing: 'create', changes: [], body: { type: method.type } };
  if (mountType === method.type) return { what: 'auth method', path, doing: 'unchanged', changes: [] };
  throw new LifeboatError(
    'refused',
    `auth/${method.mount}/ is an auth method of type ${mountType}, and the backup logs in by ${method.type}: nothing was changed`,
    { hint: `set backup.auth.${method.type}.mount in lifeboat.yaml to a path of its own` },
  );
}

/** A pinned CA or reviewer's token is that of one cluster, and of one pod: it fails after a move. */
function pinned(config: Readonly<Record<string, unknown>>): string | undefined {
  const found = [
    ...(fieldText(config.kubernetes_ca_cert) === '' ? [] : ['a CA (kubernetes_ca_cert)']),
    ...(config.token_reviewer_jwt_set === true ? ["a reviewer's token (token_reviewer_jwt)"] : []),
  ];
  return found.length === 0 ? undefined : found.join(' and ');
}

function configStep({ method, product }: VaultAccess, path: string, { config }: Present): Step | undefined {
  if (method.config === undefined) return undefined;
  if (config === undefined)
    return { what: 'auth config', path, doing: 'create', changes: [], body: method.config };
  const pins = pinned(config);
  if (pins === undefined) return { what: 'auth config', path, doing: 'unchanged', changes: [] };
  const binary = BINARIES[product];
  const fields = Object.entries(method.config).map(([name, value]) => `${name}=${value}`);
  return {
    what: 'auth config',
    path,
    doing: 'unchanged',
    changes: [],
    note: `it pins ${pins}: logins fail once that is of another cluster, as after a restore into a new one. To use those of the server's own pod: ${binary} write ${path} ${fields.join(' ')}`,
  };
}

function roleStep({ role }: VaultAccess, path: string, present: Present): Step {
  if (present.role === undefined)
    return { what: 'role', path, doing: 'create', changes: [], body: role.fields };
  const changes = changesOf(role.fields, present.role);
  if (changes.length === 0) return { what: 'role', path, doing: 'unchanged', changes };
  return { what: 'role', path, doing: 'update', changes, body: role.fields };
}

/** In the order in which they are done. Throws where something of another kind is in the way. */
export function stepsFor(access: VaultAccess, present: Present): readonly Step[] {
  const paths = accessPaths(access);
  const mount = mountStep(access, paths.mount, present);
  const config = configStep(access, paths.config, present);
  return [
    policyStep(access, paths.policy, present),
    mount,
    ...(config === undefined ? [] : [config]),
    roleStep(access, paths.role, present),
  ];
}
