/** What the log says of a handshake: what each server said, whom the pod waits for and since when, and the way out. Pure. */

import type { Replicas } from './addresses.ts';
import { type Decision, lackingQuorum } from './decide.ts';
import type { Seen, Unknown } from './observation.ts';

export function seenSentence({ peer, words }: Seen): string {
  return `${peer.name}: ${words}`;
}

export function namesOf(seen: readonly Seen[]): string {
  const names = seen.map(({ peer }) => peer.name);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What is done, once it is decided. */
export function decisionSentence(
  decision: Exclude<Decision, { decision: 'hold' }>,
  seen: readonly Seen[],
  { count, statefulSet }: Replicas,
): string {
  switch (decision.decision) {
    case 'restore':
      return seen.length === 0
        ? 'no other server is there'
        : `no other server has data (${namesOf(seen)}): this pod looks for a snapshot, the others wait for it`;
    case 'start':
      return `${statefulSet}-0 runs and is not initialised: a first install goes on there; this server starts empty and joins it by retry_join`;
    case 'join': {
      const withData = seen.filter(({ kind }) => kind === 'initialised');
      return `${namesOf(withData)} ${withData.length === 1 ? 'has' : 'have'} data: nothing is restored or initialised here; this server of ${count} starts empty and joins by retry_join`;
    }
  }
}

/** Undefined where enough servers have data, or where nobody joins. */
export function quorumWarning(
  decision: Decision,
  seen: readonly Seen[],
  { count }: Replicas,
  newcomers: ReadonlySet<string>,
): string | undefined {
  if (decision.decision !== 'join') return undefined;
  const lack = lackingQuorum(count, seen, newcomers);
  if (lack === undefined) return undefined;
  return `${lack.withData} of ${lack.of} servers ${lack.withData === 1 ? 'is' : 'are'} seen with data, and a leader needs ${lack.needed}. While the others do not come back, nobody can join: see "Lost quorum" in RUNBOOK.md, and docs/lost-quorum.md. Do not run operator init`;
}

/** Whom the pod waits for. The age is added where it waits for a while. */
export function holdSentence(
  ordinal: number,
  waitsFor: readonly Seen[],
  { statefulSet }: Replicas,
  seconds: number | undefined,
): string {
  const age = seconds === undefined ? '' : `, for ${seconds} s now`;
  if (ordinal === 0)
    return `waits for ${namesOf(waitsFor)}${age}: nothing is restored while any of them may have data`;
  return `waits for ${statefulSet}-0${age}: it restores or installs first, then this server joins it`;
}

/** What a person can do, one sentence for each kind of trouble that is there. */
export function waysOut(
  ordinal: number,
  waitsFor: readonly Seen[],
  { count, namespace, statefulSet, ordered }: Replicas,
): readonly string[] {
  if (ordinal !== 0) return [];
  const unknown = waitsFor.filter((seen): seen is Unknown => seen.kind === 'unknown');
  const bound = unknown.filter(({ trouble }) => trouble === 'bound');
  const found: string[] = [];
  if (unknown.some(({ trouble }) => trouble === 'denied')) {
    found.push(`give the server's service account the right to read claims: kubectl apply -f out/rbac.yaml`);
  }
  if (bound.length > 0) {
    const first = Math.min(...bound.map(({ peer }) => peer.ordinal ?? 0));
    if (ordered) {
      found.push(
        `Kubernetes makes ${namesOf(bound)} only once this pod is Ready (OrderedReady). To start those with a disk first: kubectl patch statefulset ${statefulSet} -n ${namespace} --type=merge -p '{"spec":{"ordinals":{"start":${first}},"replicas":${count - first}}}', and docs/replicas.md for the way back`,
      );
    }
    const ordinals = bound.map(({ peer }) => peer.ordinal).join(', ');
    found.push(
      `bring ${namesOf(bound)} back; or, where the data there is gone for good, set restore.assumeLost: [${ordinals}] in lifeboat.yaml, render, give the chart the new values, and delete this pod`,
    );
  }
  const strangers = waitsFor.filter(({ kind }) => kind === 'stranger');
  if (strangers.length > 0) {
    found.push(
      `another installation is behind the Service of this one (${namesOf(strangers)}): end it, or mend the selector`,
    );
  }
  return found;
}
