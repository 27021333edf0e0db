/**
 * `lifeboat setup-auth`: looks at what Vault has of the backup's login, says what differs, does it, looks again.
 * Nothing that is right is written, nothing is removed, and what is of other content is overwritten only when a
 * person said so.
 */
import { LifeboatError } from '../../contract/errors.ts';
import type { VaultAccess } from '../../contract/vault-access.ts';
import type { VaultClient } from '../vault/client.ts';
import { VaultRefusal } from '../vault/refusal.ts';
import { logsIn, makeLogin, readLoginFiles } from './login-files.ts';
import { readPresent } from './present.ts';
import { type Credentials, type Proof, prove } from './proof.ts';
import { needsOfLogin, needsToRead, needsToWrite, requireRights } from './rights.ts';
import { type Doing, type Step, stepsFor } from './steps.ts';

export interface Wish {
  readonly access: VaultAccess;
  /** A client with the person's token. */
  readonly person: VaultClient;
  /** Clients without a token, to log in as the backup does. */
  readonly fresh: () => VaultClient;
  readonly dryRun: boolean;
  /** Where the login of an AppRole is written. */
  readonly loginOut?: string | undefined;
  /** Asked once, before the first change, where something of other content is there. */
  readonly mayOverwrite: (steps: readonly Step[]) => Promise<boolean>;
  readonly onPlan: (steps: readonly Step[], login: Doing | undefined) => void;
  readonly onDone: (step: Step) => void;
}

export interface Outcome {
  readonly steps: readonly Step[];
  /** Of the login's files; undefined where none were asked for. */
  readonly login: Doing | undefined;
}

/** A sealed, new or lost server is told before anything else is asked of it. */
export async function requireActive(client: VaultClient, binary: string) {
  const health = await client.health();
  const no = (message: string, hint: string) =>
    new LifeboatError('vault', `${client.address} ${message}`, { hint });
  if (!health.initialized) throw no('is not initialised', `${binary} operator init`);
  if (health.sealed) throw no('is sealed', `${binary} operator unseal, as often as its threshold says`);
  if (health.status === 472)
    throw no('is a secondary of disaster recovery: it takes no changes', 'name the primary with --address');
  return health;
}

async function loginDoing({ access, fresh, loginOut }: Wish, hasRole: boolean): Promise<Doing | undefined> {
  if (loginOut === undefined) return undefined;
  const files = await readLoginFiles(loginOut);
  if (files === undefined) return 'create';
  return hasRole && (await logsIn(fresh(), access, files)) ? 'unchanged' : 'update';
}

async function look(wish: Wish): Promise<Outcome> {
  const present = await readPresent(wish.person, wish.access);
  const steps = stepsFor(wish.access, present);
  return { steps, login: await loginDoing(wish, present.role !== undefined) };
}

async function setUp(wish: Wish): Promise<Outcome> {
  const { access, person, loginOut } = wish;
  await requireRights(person, needsToRead(access));
  const { steps, login } = await look(wish);
  wish.onPlan(steps, login);
  const makesLogin = login === 'create' || login === 'update';
  await requireRights(person, [...needsToWrite(steps), ...(makesLogin ? needsOfLogin(access) : [])]);
  if (wish.dryRun) return { steps, login };

  const others = steps.filter(({ doing }) => doing === 'update');
  if ((others.length > 0 || login === 'update') && !(await wish.mayOverwrite(others)))
    throw new LifeboatError('refused', 'what is there is of other content (above): nothing was changed', {
      hint: 'look at the difference, then run it again with --yes',
    });
  for (const step of steps) {
    if (step.body !== undefined) await person.write(step.path, step.body);
    wish.onDone(step);
  }
  if (makesLogin && loginOut !== undefined) await makeLogin(person, access, loginOut);
  const left = (await look(wish)).steps.filter(({ doing }) => doing !== 'unchanged');
  if (left.length > 0)
    throw new LifeboatError(
      'vault',
      `${person.address} took the changes, and still has other content at ${left.map(({ path }) => path).join(', ')}`,
      { hint: 'somebody, or Terraform, writes there at the same time: run it again' },
    );
  return { steps, login };
}

/** In words for a person with a token of their own: those of the client are about the backup's. */
async function asPerson<T>(binary: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof VaultRefusal) || error.status !== 403) throw error;
    throw new LifeboatError('vault', error.message, {
      hint: `your token has expired, is of another server (${binary} login), or lacks a right on that path`,
    });
  }
}

export function setupAuth(wish: Wish, binary: string): Promise<Outcome> {
  return asPerson(binary, () => setUp(wish));
}

export function proveLogin(wish: Wish, credentials: Credentials, binary: string): Promise<Proof> {
  const work = () => prove(wish.fresh(), wish.person, wish.access, credentials);
  // A login that is refused has a hint of its own; so has the making of a token.
  return credentials === 'short-lived token' ? asPerson(binary, work) : work();
}
