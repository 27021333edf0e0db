/**
 * The proof that a restart of the private server must give before anything is put into place. The server's answer
 * to the upload proves nothing: it comes before the data is swapped, and while sealed fresh and restored look alike.
 */
import { LifeboatError } from '../../contract/errors.ts';
import { Secret } from '../../contract/secret.ts';
import type { ShareSet } from '../keys/share-files.ts';
import type { Log } from '../log.ts';
import type { Health, SealStatus } from '../vault/answers.ts';
import { type PrivateServer, pollUntil, waitForHealth } from './private-server.ts';
import type { RestoreWork } from './work.ts';

export type Proof =
  /** The snapshot's data, unsealed, active, answering. */
  | {
      readonly verdict: 'restored';
      readonly clusterId: string;
      readonly shares: number;
      readonly threshold: number;
    }
  /** The snapshot's data by all that can be seen while people hold the keys. */
  | {
      readonly verdict: 'restored-sealed';
      readonly clusterId: '';
      readonly shares: number;
      readonly threshold: number;
    }
  /** The fresh data is still there. */
  | 'lost';

export interface ProveContext {
  readonly server: PrivateServer;
  readonly work: RestoreWork;
  readonly shares: ShareSet | undefined;
  readonly freshKey: Secret | undefined;
  readonly freshRoot: Secret;
  readonly freshId: string;
  readonly limit: number;
  readonly log: Log;
}

export async function proveRestored(context: ProveContext): Promise<Proof> {
  const { server, work, limit } = context;
  if (work.sealKind === 'auto') {
    const active = await waitForActive(context);
    return active.clusterId === context.freshId
      ? 'lost'
      : await conclude(context, active, await server.client.sealStatus());
  }
  await waitForHealth(
    server,
    'the second start of the private server',
    limit,
    ({ status }) => status === 503,
  );
  if (await opensWith(context.freshKey, server)) return 'lost';
  const status = await server.client.sealStatus();
  requireShareCount(context, status);
  if (context.shares === undefined) {
    return { verdict: 'restored-sealed', clusterId: '', shares: status.shares, threshold: status.threshold };
  }
  await unsealWith(context.shares, server);
  return await conclude(context, await waitForActive(context), status);
}

/** Whether the key of the fresh init still opens the server: then the restore did not happen. */
async function opensWith(freshKey: Secret | undefined, server: PrivateServer): Promise<boolean> {
  if (freshKey === undefined) return false;
  try {
    const { sealed } = await server.client.unseal(freshKey);
    if (!sealed) return true;
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.exit !== 'keys') throw error;
  }
  await server.client.resetUnseal();
  return false;
}

/**
 * The manifest's figures may be older than the snapshot: a standby that was asked goes on showing those from before a
 * rekey. So another count is a warning, unless it is that of the fresh server and nothing but people could tell more.
 */
function requireShareCount({ work, shares, log }: ProveContext, status: SealStatus): void {
  const expected = work.manifest?.seal;
  if (
    expected === undefined ||
    (expected.shares === status.shares && expected.threshold === status.threshold)
  )
    return;
  const seen = `the restored server asks for ${status.threshold} of ${status.shares} shares, the snapshot's manifest says ${expected.threshold} of ${expected.shares}`;
  if (shares !== undefined || status.shares !== 1) {
    log.warn(`${seen}; it may have been rekeyed shortly before the backup`);
    return;
  }
  throw new LifeboatError('vault', seen, {
    hint: 'delete the pod to restore anew; if this lasts, choose another snapshot with restore.snapshot',
  });
}

async function unsealWith(set: ShareSet, server: PrivateServer): Promise<void> {
  for (const share of set.shares) {
    const { sealed } = await server.client.unseal(new Secret(Buffer.from(share).toString('base64')));
    if (!sealed) return;
  }
  // The answer to the last share may still say sealed; the wait for the active state that follows decides.
}

/** Waits until the server is active. What keeps it from that is nearly always an audit device. */
async function waitForActive(context: ProveContext): Promise<Health> {
  const { server, limit } = context;
  try {
    return await waitForHealth(
      server,
      'the restored server becoming active',
      limit,
      ({ status, clusterId }) => status === 200 && clusterId !== undefined,
    );
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.exit !== 'timeout') throw error;
    const audit = server.lastWords().find((line) => /audit/i.test(line) && /error|fail/i.test(line));
    if (audit === undefined) throw error;
    throw new LifeboatError(
      'refused',
      `not restored: the restored server does not become active, because of an audit device: ${audit}`,
      {
        hint: "give the pod what the device needs (a path that the server's user may write, a socket that answers), then start the pod again",
      },
    );
  }
}

async function conclude(context: ProveContext, active: Health, status: SealStatus): Promise<Proof> {
  const { server, work } = context;
  const clusterId = active.clusterId ?? '';
  const expected = work.manifest?.cluster.id;
  if (expected !== undefined && expected !== clusterId) {
    throw new LifeboatError(
      'integrity',
      `the restored server has the cluster_id ${clusterId}, the manifest names ${expected}`,
      {
        hint: 'the manifest stands beside another snapshot than it was written for; choose another with restore.snapshot',
      },
    );
  }
  const answer = await pollUntil('a login attempt on the restored server', context.limit, async () => {
    const code = await server.client.tokenlessStatus();
    return code === 503 || code === 429 ? undefined : code;
  });
  if (answer !== 403) {
    throw new LifeboatError(
      'refused',
      `not restored: the restored server answers a login attempt with ${answer}, where a working one answers 403; an audit device of the snapshot cannot work here`,
      {
        hint: 'give the pod what its audit devices need, then start the pod again',
      },
    );
  }
  if (await server.client.accepts(context.freshRoot)) {
    throw new LifeboatError('vault', 'the root token of the fresh server still works on the restored one');
  }
  context.log.info(
    'the restored server is active and answers; the root token of the fresh server is refused',
  );
  return { verdict: 'restored', clusterId, shares: status.shares, threshold: status.threshold };
}
