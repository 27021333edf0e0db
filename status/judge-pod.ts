/**
 * One pod: the first rule that fits says its state. Kubernetes's own word counts for what it knows (scheduled, image,
 * crashed, ready); what lifeboat does there is its last word, out of the message of a container that ended or the log of
 * one that runs. Pure.
 */
import { lastWord, POD_STATES, readWord, type Word } from '../contract/pod-states.ts';
import { currentInit } from './containers.ts';
import type { Claim, ContainerStatus } from './kubernetes-objects.ts';
import type { SeenPod, Wanted } from './observed.ts';
import type { Judged, PodReport } from './report.ts';

/** Reasons to wait that are no trouble. */
const STARTING = new Set(['PodInitializing', 'ContainerCreating', undefined]);

export function claimOf(pod: string, claims: readonly Claim[] | undefined): PodReport['claim'] {
  const name = `data-${pod}`;
  const claim = claims?.find(({ metadata }) => metadata.name === name);
  return claim === undefined ? null : { name, phase: claim.status?.phase ?? 'Unknown' };
}

export function judgePod(seen: SeenPod, wanted: Wanted, claims: readonly Claim[] | undefined): PodReport {
  const { metadata, status } = seen.pod;
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const server = status?.containerStatuses?.find(({ name }) => name === wanted.container);
  const claim = claimOf(metadata.name, claims);
  return {
    name: metadata.name,
    ready: server?.ready === true && metadata.deletionTimestamp === undefined,
    restarts: all.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    claim,
    ...stateOf(seen, wanted, server),
  };
}

function stateOf(seen: SeenPod, wanted: Wanted, server: ContainerStatus | undefined): Judged {
  const { metadata, status } = seen.pod;
  if (metadata.deletionTimestamp !== undefined)
    return { state: 'ending', turn: 'works', says: 'is being ended' };
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    const why = scheduled.message ?? scheduled.reason ?? 'no reason is given';
    const next = `kubectl describe pod ${metadata.name} -n ${wanted.namespace}`;
    return { state: 'not-scheduled', turn: 'person', says: `has no node: ${why}`, next };
  }
  const init = currentInit(seen.pod);
  if (init !== undefined) return containerState(seen, wanted, init);
  if (server === undefined) return { state: 'starting', turn: 'works', says: 'is being started' };
  if (server.state?.running === undefined) return containerState(seen, wanted, server);
  return serverState(seen, wanted, server);
}

/** One that does not run as it should, or an init container at its work. */
function containerState(seen: SeenPod, wanted: Wanted, container: ContainerStatus): Judged {
  const { name, state, lastState } = container;
  const pod = seen.pod.metadata.name;
  const describe = `kubectl describe pod ${pod} -n ${wanted.namespace}`;
  const ended = state?.terminated ?? lastState?.terminated;
  const waiting = state?.waiting;
  if (waiting !== undefined && waiting.reason !== 'CrashLoopBackOff' && ended === undefined) {
    if (STARTING.has(waiting.reason)) return { state: 'starting', turn: 'works', says: 'is being started' };
    const why = waiting.message === undefined ? '' : `: ${waiting.message}`;
    const says = `${name} cannot start (${waiting.reason})${why}`;
    return { state: 'cannot-start', turn: 'person', says, next: describe };
  }
  if (state?.running !== undefined) {
    const word = wordIn(seen, name);
    if (word !== undefined) return said(word);
    return { state: 'starting', turn: 'works', says: `${name} runs` };
  }
  const word = readWord(ended?.message ?? '') ?? lastWord(ended?.message ?? '');
  if (word !== undefined) return said(word);
  const code = ended === undefined ? '' : ` with exit code ${ended.exitCode}`;
  const next = `kubectl logs ${pod} -n ${wanted.namespace} -c ${name} --previous`;
  return { state: 'crashed', turn: 'person', says: `${name} ended${code}${reasonOf(ended?.reason)}`, next };
}

function reasonOf(reason: string | undefined): string {
  return reason === undefined || reason === 'Error' ? '' : ` (${reason})`;
}

function serverState(seen: SeenPod, wanted: Wanted, server: ContainerStatus): Judged {
  const { metadata } = seen.pod;
  const labels = metadata.labels ?? {};
  const label = (what: string): string | undefined => labels[`${wanted.container}-${what}`];
  const word = wordIn(seen, server.name);
  if (word?.state === 'not-restored') return said(word);
  if (server.ready === true) {
    if (label('active') === 'true') return { state: 'active', turn: 'done', says: 'unsealed, active' };
    if (label('active') === 'false') return { state: 'standby', turn: 'done', says: 'unsealed, standby' };
    return { state: 'unsealed', turn: 'done', says: 'unsealed' };
  }
  // What people hold the keys for is told with how many were given, and with the namespace that the command needs.
  if (word !== undefined && POD_STATES[word.state].turn !== 'done') return said(word);
  const look = `kubectl exec -n ${wanted.namespace} ${metadata.name} -c ${server.name} -- ${wanted.binary} status`;
  if (label('initialized') === 'false')
    return { state: 'not-initialised', turn: 'person', says: 'is not initialised', next: look };
  if (label('sealed') === 'true') return { state: 'sealed', turn: 'person', says: 'is sealed', next: look };
  return { state: 'not-ready', turn: 'waits', says: 'runs, and is not ready', next: look };
}

function wordIn({ logs }: SeenPod, container: string): Word | undefined {
  const log = logs[container];
  return log?.seen === 'yes' ? lastWord(log.value) : undefined;
}

function said({ state, message, next }: Word): Judged {
  // Sentences of the worker carry their command themselves.
  const [says = message, ...more] = message.split(/\.? Next: /);
  const todo = next ?? (more.length === 0 ? undefined : more.join(' Next: '));
  return { state, turn: POD_STATES[state].turn, says, ...(todo === undefined ? {} : { next: todo }) };
}
