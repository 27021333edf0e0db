/**
 * From what was seen of the other servers to the one thing that a pod with an empty disk may do. Pure; the tables are
 * the code. Only ordinal 0 ever restores, and only when every other server is known to have no data.
 */
import type { Kind, Seen } from './observation.ts';

export type Decision =
  /** This pod looks for a snapshot and restores it (or installs anew, where there is none). */
  | { readonly decision: 'restore' }
  /** Its server starts empty and joins those that have data. Nothing is initialised or restored. */
  | { readonly decision: 'join' }
  /** A first install goes on at ordinal 0: the server starts empty, to join it once it is initialised. */
  | { readonly decision: 'start' }
  /** Wait for these. */
  | { readonly decision: 'hold'; readonly waitsFor: readonly Seen[] };

/** Seen so, a server certainly has no data that a restore could contradict. */
const WITHOUT_DATA: readonly Kind[] = ['empty', 'absent', 'uninitialised', 'assumed-lost'];

/**
 * Ordinal 0:
 *
 * | the others                                          | decision |
 * |-----------------------------------------------------|----------|
 * | any initialised                                     | join     |
 * | any stranger or unknown                             | hold     |
 * | all empty, absent, uninitialised or assumed lost    | restore  |
 *
 * Every other ordinal, those beyond the configured ones included:
 *
 * | the others                                          | decision |
 * |-----------------------------------------------------|----------|
 * | any initialised                                     | join     |
 * | ordinal 0 uninitialised                             | start    |
 * | else                                                | hold     |
 */
export function decide(ordinal: number, seen: readonly Seen[]): Decision {
  if (seen.some(({ kind }) => kind === 'initialised')) return { decision: 'join' };
  if (ordinal === 0) {
    const waitsFor = seen.filter(({ kind }) => !WITHOUT_DATA.includes(kind));
    return waitsFor.length === 0 ? { decision: 'restore' } : { decision: 'hold', waitsFor };
  }
  const first = seen.filter(({ peer }) => peer.ordinal === 0);
  return first.some(({ kind }) => kind === 'uninitialised')
    ? { decision: 'start' }
    : { decision: 'hold', waitsFor: first };
}

export interface Quorum {
  /** Servers that were seen with data. */
  readonly withData: number;
  readonly needed: number;
  readonly of: number;
}

/**
 * Defined where fewer servers with data are seen than a leader needs. Not where one leads, nor where one got its data
 * while this pod watched (`newcomers`, by name): it was restored or initialised alone, and is its own quorum.
 */
export function lackingQuorum(
  count: number,
  seen: readonly Seen[],
  newcomers: ReadonlySet<string>,
): Quorum | undefined {
  const withData = seen.filter(({ kind }) => kind === 'initialised');
  if (withData.some(({ leads, peer }) => leads === true || newcomers.has(peer.name))) return undefined;
  const needed = Math.floor(count / 2) + 1;
  return withData.length < needed ? { withData: withData.length, needed, of: count } : undefined;
}
