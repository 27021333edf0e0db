/**
 * What the worker does about a sealed server: gives the shares of the key source, each set once, or says who is
 * waited for. People who unseal by hand go first: their shares are never mixed with ours, nor reset under them.
 */
import { createHash } from 'node:crypto';
import { LifeboatError } from '../../contract/errors.ts';
import type { PodState } from '../../contract/pod-states.ts';
import { BINARIES } from '../../contract/product-words.ts';
import { Secret } from '../../contract/secret.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { readShareFolder, type ShareSet } from '../keys/share-files.ts';
import { choices } from '../keys/share-subsets.ts';
import type { SealStatus } from '../vault/answers.ts';
import type { VaultClient } from '../vault/client.ts';

export type UnsealClient = Pick<VaultClient, 'unseal' | 'resetUnseal' | 'sealStatus'>;

export interface UnsealContext {
  readonly slice: Pick<RestoreSlice, 'server' | 'restore'>;
  readonly client: UnsealClient;
  readonly podName: string;
  /** A first install: whoever initialised the server a moment ago may be about to unseal it. */
  readonly peopleFirst?: boolean;
}

/** Looks after which shares that somebody began to give and left count as abandoned (a killed worker's, mostly). */
const ABANDONED_AFTER = 30;

/** Looks for which a server that people have just initialised is left to them. */
const LEFT_TO_PEOPLE = 15;

/** Looks for which a server that took all shares may go on being sealed: it joins the others first. */
const JOINING = 60;

/** Choices among the shares of one set. */
const MOST_CHOICES = 120;

/** What came of giving shares. */
type Given =
  | 'opened'
  /** Taken, and the server is still sealed: it has to join the others first, and opens by itself. */
  | 'taken'
  | 'refused'
  /** Somebody else gives shares at this very moment. */
  | 'disturbed';

/** What is to be said of a server, as a word for machines and as a sentence. */
export interface Stage {
  readonly state: PodState;
  readonly sentence: string;
}

/** One look at a sealed server; resolves to the stage that it has reached. Keeps memory between looks. */
export type Unsealer = (status: SealStatus) => Promise<Stage>;

export function createUnsealer({ slice, client, podName, peopleFirst = false }: UnsealContext): Unsealer {
  /** Digests of sets that this server did not take: they are not given again until the Secret changes. */
  const refused = new Set<string>();
  let theirs = { progress: 0, looks: 0 };
  let taken: { readonly name: string; looks: number } | undefined;
  let untouched = peopleFirst ? LEFT_TO_PEOPLE : 0;
  const command = `kubectl exec -ti ${podName} -- ${BINARIES[slice.server.product]} operator unseal`;

  async function give(sets: readonly ShareSet[], threshold: number): Promise<Stage | undefined> {
    for (const set of sets) {
      const given = await giveSet(client, set, threshold);
      if (given === 'opened') return stage('unsealed', `unsealed with the shares of ${set.name}`);
      if (given === 'disturbed')
        return stage(
          'waiting-for-shares',
          'sealed: somebody else gives unseal shares; lifeboat waits for them',
        );
      if (given === 'taken') {
        taken = { name: set.name, looks: 0 };
        return takenStage(set.name);
      }
      refused.add(digestOf(set));
    }
    return undefined;
  }

  return async (status) => {
    if (status.recoverySeal || status.type !== 'shamir') {
      return stage(
        'waiting-for-seal',
        `sealed: waits for the ${status.type} seal to open it; if this lasts, the server's own lines say why`,
      );
    }
    const given = `${status.progress} of ${status.threshold} unseal shares given (of ${status.shares})`;
    if (!('shares' in slice.restore.unseal))
      return stage('waiting-for-shares', `sealed: waits for people, ${given}. Next: ${command}`);
    let sets: readonly ShareSet[];
    try {
      sets = await readShareFolder(slice.restore.unseal.shares);
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      return stage(
        'waiting-for-secret',
        `sealed: ${error.message}. Next: create the Secret of restore.unseal, or ${command}`,
      );
    }
    const untried = sets.filter((set) => !refused.has(digestOf(set)));
    if (untried.length === 0) {
      return stage(
        'waiting-for-shares',
        `sealed: none of the ${sets.length} set(s) of unseal shares opens this server, ${given}. Next: put the right shares into the Secret of restore.unseal, or ${command}`,
      );
    }
    if (status.progress > 0) {
      untouched = 0;
      theirs = {
        progress: status.progress,
        looks: theirs.progress === status.progress ? theirs.looks + 1 : 0,
      };
      if (theirs.looks < ABANDONED_AFTER)
        return stage('waiting-for-shares', `sealed: people are unsealing, ${given}; lifeboat waits for them`);
      await client.resetUnseal();
    } else if (untouched > 0) {
      untouched--;
      return stage(
        'unsealing',
        'sealed: just initialised, so people may be about to unseal; then lifeboat does',
      );
    }
    if (taken !== undefined && taken.looks++ < JOINING) return takenStage(taken.name);
    taken = undefined;
    return (
      (await give(untried, status.threshold)) ??
      stage('unsealing', `sealed: no set of unseal shares was taken, ${given}`)
    );
  };
}

function stage(state: PodState, sentence: string): Stage {
  return { state, sentence };
}

function takenStage(name: string): Stage {
  return stage(
    'unsealing',
    `sealed: the shares of ${name} were taken; the server joins the others, and then opens by itself`,
  );
}

/**
 * A share in the set that does not belong to the others must not keep the server sealed: the restore was proven
 * without it. So the first shares are given, and where they are refused other choices among all of them. Before each
 * choice it is looked whether people began to give theirs.
 */
async function giveSet(client: UnsealClient, set: ShareSet, threshold: number): Promise<Given> {
  if (set.shares.length < threshold) return 'refused';
  let tried = 0;
  for (const choice of choices(set.shares.length, threshold)) {
    if (tried > 0 && (await client.sealStatus()).progress > 0) return 'disturbed';
    const shares = choice.map((i) => set.shares[i] as Uint8Array);
    const given = await giveShares(client, shares);
    if (given !== 'refused') return given;
    if (++tried === MOST_CHOICES) return 'refused';
  }
  return 'refused';
}

/** A refusal leaves the server without any share, as it was. */
async function giveShares(client: UnsealClient, shares: readonly Uint8Array[]): Promise<Given> {
  const last = shares.length - 1;
  for (const [index, share] of shares.entries()) {
    let answer: { readonly sealed: boolean; readonly progress: number };
    try {
      answer = await client.unseal(new Secret(Buffer.from(share).toString('base64')));
    } catch (error) {
      if (!(error instanceof LifeboatError) || error.exit !== 'keys') throw error;
      // The server itself forgets shares that do not fit together; somebody else's may be there already.
      if (index < last) await client.resetUnseal();
      return 'refused';
    }
    if (!answer.sealed) return 'opened';
    if (index === last && answer.progress === 0) return 'taken';
    if (answer.progress === index + 1 && index < last) continue;
    // Mixed with theirs, or not counted: of no use to anybody.
    await client.resetUnseal();
    return answer.progress > index + 1 ? 'disturbed' : 'refused';
  }
  return 'refused';
}

function digestOf(set: ShareSet): string {
  const hash = createHash('sha256');
  for (const share of set.shares) hash.update(share);
  return hash.digest('hex');
}
