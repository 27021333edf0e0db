/**
 * What the worker does about a sealed server: gives the shares of the key source, each set once, or says who is
 * waited for. People who unseal by hand go first: their shares are never mixed with ours, nor reset under them.
 */
import { createHash } from 'node:crypto';
import { LifeboatError } from '../../contract/errors.ts';
import { Secret } from '../../contract/secret.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { readShareFolder, type ShareSet } from '../keys/share-files.ts';
import { choices } from '../keys/share-subsets.ts';
import type { SealStatus } from '../vault/answers.ts';
import type { VaultClient } from '../vault/client.ts';

export type UnsealClient = Pick<VaultClient, 'unseal' | 'resetUnseal'>;

export interface UnsealContext {
  readonly slice: Pick<RestoreSlice, 'server' | 'restore'>;
  readonly client: UnsealClient;
  readonly podName: string;
}

/** Looks after which shares that somebody began to give and left count as abandoned (a killed worker's, mostly). */
const ABANDONED_AFTER = 30;

/** Choices among the shares of one set. */
const MOST_CHOICES = 120;

/** One look at a sealed server; resolves to the sentence that describes the state. Keeps memory between looks. */
export type Unsealer = (status: SealStatus) => Promise<string>;

export function createUnsealer({ slice, client, podName }: UnsealContext): Unsealer {
  /** Digests of sets that this server did not take: they are not given again until the Secret changes. */
  const refused = new Set<string>();
  let theirs = { progress: 0, looks: 0 };
  const command = `kubectl exec -ti ${podName} -- ${slice.server.product === 'openbao' ? 'bao' : 'vault'} operator unseal`;

  async function give(sets: readonly ShareSet[], threshold: number): Promise<ShareSet | undefined> {
    for (const set of sets) {
      if (await giveSet(client, set, threshold)) return set;
      refused.add(digestOf(set));
    }
    return undefined;
  }

  return async (status) => {
    if (status.recoverySeal || status.type !== 'shamir') {
      return `sealed: waits for the ${status.type} seal to open it; if this lasts, the server's own lines say why`;
    }
    const given = `${status.progress} of ${status.threshold} unseal shares given (of ${status.shares})`;
    if (!('shares' in slice.restore.unseal)) return `sealed: waits for people, ${given}. Next: ${command}`;
    let sets: readonly ShareSet[];
    try {
      sets = await readShareFolder(slice.restore.unseal.shares);
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      return `sealed: ${error.message}. Next: create the Secret of restore.unseal, or ${command}`;
    }
    const untried = sets.filter((set) => !refused.has(digestOf(set)));
    if (untried.length === 0) {
      return `sealed: none of the ${sets.length} set(s) of unseal shares opens this server, ${given}. Next: put the right shares into the Secret of restore.unseal, or ${command}`;
    }
    if (status.progress > 0) {
      theirs = {
        progress: status.progress,
        looks: theirs.progress === status.progress ? theirs.looks + 1 : 0,
      };
      if (theirs.looks < ABANDONED_AFTER)
        return `sealed: people are unsealing, ${given}; lifeboat waits for them`;
      await client.resetUnseal();
    }
    const opened = await give(untried, status.threshold);
    return opened === undefined
      ? `sealed: no set of unseal shares was taken, ${given}`
      : `unsealed with the shares of ${opened.name}`;
  };
}

/**
 * A share in the set that does not belong to the others must not keep the server sealed: the restore was proven
 * without it. So the first shares are given, and where they are refused other choices among all of them.
 */
async function giveSet(client: UnsealClient, set: ShareSet, threshold: number): Promise<boolean> {
  if (set.shares.length < threshold) return false;
  let tried = 0;
  for (const choice of choices(set.shares.length, threshold)) {
    if (
      await giveShares(
        client,
        choice.map((i) => set.shares[i] as Uint8Array),
      )
    )
      return true;
    if (++tried === MOST_CHOICES) return false;
  }
  return false;
}

/** True where the server opened. A refusal leaves it without any share, as it was. */
async function giveShares(client: UnsealClient, shares: readonly Uint8Array[]): Promise<boolean> {
  try {
    for (const share of shares) {
      const { sealed } = await client.unseal(new Secret(Buffer.from(share).toString('base64')));
      if (!sealed) return true;
    }
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.exit !== 'keys') throw error;
  }
  await client.resetUnseal();
  return false;
}

function digestOf(set: ShareSet): string {
  const hash = createHash('sha256');
  for (const share of set.shares) hash.update(share);
  return hash.digest('hex');
}
