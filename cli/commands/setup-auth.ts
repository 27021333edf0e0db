/** `lifeboat setup-auth`: the backup's policy, auth method and role in Vault, by a person with a token of their own. */
import { readLoginFiles } from '../../bootstrap/setup-auth/login-files.ts';
import type { Credentials } from '../../bootstrap/setup-auth/proof.ts';
import {
  type Outcome,
  proveLogin,
  requireActive,
  setupAuth,
  type Wish,
} from '../../bootstrap/setup-auth/setup-auth.ts';
import type { Doing, Step } from '../../bootstrap/setup-auth/steps.ts';
import { VaultClient } from '../../bootstrap/vault/client.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { BINARIES } from '../../contract/product-words.ts';
import type { VaultAccess } from '../../contract/vault-access.ts';
import { checkClusters } from '../../generator/clusters.ts';
import type { ConfigInputs } from '../../generator/read-input.ts';
import { vaultAccess } from '../../generator/render/vault-access.ts';
import { agrees } from '../ask.ts';
import type { CliIo } from '../io.ts';
import {
  type AccessFlags,
  accessWarnings,
  addressOf,
  secretOfFile,
  tokenOf,
  transportOf,
} from '../server-access.ts';
import { differenceText, nextCommands, stateColumn, stateWord, stepText } from './setup-auth-report.ts';

export interface SetupAuthOptions extends ConfigInputs, AccessFlags {
  readonly dryRun: boolean;
  readonly exitCode: boolean;
  readonly yes: boolean;
  readonly verify: boolean;
  readonly loginOut?: string | undefined;
  readonly serviceAccountToken?: string | undefined;
  readonly json: boolean;
}

/** One server is set up at a time: an address and a token are those of one. */
async function accessOf(options: SetupAuthOptions, io: CliIo): Promise<VaultAccess> {
  const clusters = await checkClusters(options, io.stdin);
  const [only] = clusters;
  if (only === undefined || clusters.length > 1) {
    const names = clusters.map(({ folder }) => folder).join(', ');
    throw new LifeboatError(
      'usage',
      `these are ${clusters.length} clusters, and the address is that of one`,
      {
        hint: `--only CLUSTER, one of ${names}`,
      },
    );
  }
  return vaultAccess(only.plan);
}

/** Flags that contradict each other, or what lifeboat.yaml says. */
function requireSense(options: SetupAuthOptions, { method }: VaultAccess): void {
  const no = (message: string, hint: string) => new LifeboatError('usage', message, { hint });
  const { loginOut, serviceAccountToken, verify, dryRun, exitCode } = options;
  if (loginOut !== undefined && method.type !== 'approle')
    throw no('--login-out is for the approle login', 'the kubernetes login needs no files: leave it out');
  if (serviceAccountToken !== undefined && method.type !== 'kubernetes')
    throw no('--service-account-token is for the kubernetes login', 'use --login-out FOLDER with --verify');
  if (serviceAccountToken !== undefined && !verify)
    throw no('--service-account-token is what --verify logs in with', 'add --verify');
  if (verify && dryRun) throw no('--verify tries what was done, and --dry-run does nothing', 'choose one');
  if (exitCode && !dryRun) throw no('--exit-code goes with --dry-run', 'add --dry-run');
}

async function credentialsOf(options: SetupAuthOptions): Promise<Credentials> {
  const { loginOut, serviceAccountToken } = options;
  if (serviceAccountToken !== undefined)
    return {
      serviceAccountToken: await secretOfFile(serviceAccountToken, "the service account's token"),
    };
  const files = loginOut === undefined ? undefined : await readLoginFiles(loginOut);
  return files ?? 'short-lived token';
}

export async function runSetupAuth(options: SetupAuthOptions, io: CliIo): Promise<number> {
  const { dryRun, json, loginOut } = options;
  const env = process.env;
  const access = await accessOf(options, io);
  requireSense(options, access);
  const { product } = access;
  const binary = BINARIES[product];
  const say = (text: string): void => (json ? undefined : io.stderr(text));

  const address = addressOf(options, env, product);
  const warnings = accessWarnings(address, env, product);
  for (const warning of warnings) say(`warning: ${warning}\n`);
  const token = await tokenOf(options, env, product, io.stdin);
  const transport = transportOf(options, env, product);
  try {
    const person = new VaultClient(address, transport);
    const health = await requireActive(person, binary);
    say(`${address}: version ${health.version}, cluster_id ${health.clusterId ?? 'unknown'}\n`);
    person.setToken(token);
    const sayLogin = (login: Doing | undefined): void => {
      if (login !== undefined) say(`${stateColumn(login, dryRun)} login ${loginOut}\n`);
    };
    const wish: Wish = {
      access,
      person,
      fresh: () => new VaultClient(address, transport),
      dryRun,
      loginOut,
      mayOverwrite: async () =>
        options.yes || (!json && (await agrees('Overwrite what is of other content?', io))),
      onPlan: (steps, login) => {
        for (const step of steps) say(differenceText(step));
        if (login === 'update') say(`login ${loginOut} does not log in: a new one is written over it\n`);
        if (!dryRun) return;
        for (const step of steps) say(stepText(step, dryRun));
        sayLogin(login);
      },
      onDone: (step) => say(stepText(step, dryRun)),
    };
    const outcome = await setupAuth(wish, binary);
    if (!dryRun) sayLogin(outcome.login);
    const proof = options.verify ? await proveLogin(wish, await credentialsOf(options), binary) : undefined;
    if (proof !== undefined) {
      say(`verified: the ${proof.by} may take snapshots and list audit devices\n`);
      for (const excess of proof.excess) say(`warning: it may do more than a backup needs: ${excess}\n`);
    }
    const next = dryRun ? [] : nextCommands(access, loginOut);
    for (const command of next) say(`next: ${command}\n`);
    if (json)
      io.stdout(
        `${JSON.stringify({
          server: { address, version: health.version, clusterId: health.clusterId ?? null },
          dryRun,
          steps: outcome.steps.map((step) => stepData(step, dryRun)),
          login:
            outcome.login === undefined
              ? null
              : { folder: loginOut, state: stateWord(outcome.login, dryRun) },
          verified: proof ?? null,
          warnings,
          next,
        })}\n`,
      );
    return options.exitCode && differs(outcome) ? EXIT_CODES.drift.code : EXIT_CODES.ok.code;
  } finally {
    await transport.close();
  }
}

function stepData(step: Step, dryRun: boolean): object {
  const { what, path, doing, changes, note } = step;
  return { what, path, state: stateWord(doing, dryRun), changes, ...(note === undefined ? {} : { note }) };
}

function differs({ steps, login }: Outcome): boolean {
  return [...steps.map(({ doing }) => doing), login ?? 'unchanged'].some((doing) => doing !== 'unchanged');
}
