/** One look at all other servers: each is asked, and where nobody answers Kubernetes is asked whether it has a disk. */
import type { PeerAt, Replicas } from './addresses.ts';
import type { Asker } from './ask-server.ts';
import { claimOf, podWords } from './disks.ts';
import type { HoldingAnswer } from './holding.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import type { Peer, Seen, Trouble, Unknown } from './observation.ts';

export interface LookContext {
  readonly replicas: Replicas;
  readonly ordinal: number;
  readonly installation: string;
  readonly assumeLost: readonly number[];
  readonly others: () => Promise<readonly PeerAt[]>;
  readonly ask: Asker['ask'];
  readonly api: KubernetesApi;
}

export async function look(context: LookContext): Promise<readonly Seen[]> {
  const others = await context.others();
  return await Promise.all(others.map((one) => observe(one, context)));
}

async function observe({ peer, at }: PeerAt, context: LookContext): Promise<Seen> {
  const assumed = peer.ordinal !== undefined && context.assumeLost.includes(peer.ordinal);
  let because: string;
  if ('addresses' in at) {
    const answer = await context.ask(at.addresses[0] ?? '');
    if (answer.answer === 'holding') return ofHolding(peer, answer.holding, context);
    if (answer.answer === 'server') {
      const kind = answer.initialised ? 'initialised' : 'uninitialised';
      const against = assumed && answer.initialised ? ', although restore.assumeLost names it' : '';
      return { peer, kind, words: `${answer.words}${against}`, leads: answer.leads };
    }
    because = answer.because;
  } else because = at.failed;
  if (assumed)
    return { peer, kind: 'assumed-lost', words: `${because}; restore.assumeLost says that its data is lost` };
  return await withoutAnswer(peer, because, context);
}

function ofHolding(peer: Peer, answer: HoldingAnswer, { ordinal, installation }: LookContext): Seen {
  if (answer.installation !== installation)
    return {
      peer,
      kind: 'stranger',
      words: `a pod of the installation ${answer.installation}, not of ${installation}`,
    };
  const expected = peer.ordinal ?? answer.ordinal;
  // An address that went to another pod a moment ago says nothing of this one.
  if (answer.ordinal === ordinal || answer.ordinal !== expected)
    return unknown(peer, `its address leads to a pod that says it is number ${answer.ordinal}`, 'other');
  return {
    peer,
    kind: 'empty',
    words: answer.doing === 'waits' ? 'no data, waits too' : 'no data yet, restores',
  };
}

async function withoutAnswer(peer: Peer, because: string, { replicas, api }: LookContext): Promise<Seen> {
  if (peer.ordinal === undefined) return unknown(peer, because, 'other');
  const { namespace } = replicas;
  const name = `data-${peer.name}`;
  const [claim, pod] = await Promise.all([
    claimOf(api, namespace, name),
    podWords(api, namespace, peer.name),
  ]);
  const told = pod === undefined ? because : `${because}; ${pod}`;
  switch (claim.claim) {
    case 'missing':
      return {
        peer,
        kind: 'absent',
        words: `not there, and its claim ${name} does not exist: it has no data`,
      };
    case 'unbound':
      return {
        peer,
        kind: 'absent',
        words: `not there, and its claim ${name} has no volume yet: it has no data`,
      };
    case 'bound':
      return unknown(peer, `${told}; its claim ${name} has a volume, which may hold data`, 'bound');
    case 'denied':
      return unknown(peer, `${told}; this pod may not ask Kubernetes whether it has a disk`, 'denied');
    case 'unknown':
      return unknown(
        peer,
        `${told}; the Kubernetes API does not say whether it has a disk: ${claim.because}`,
        'other',
      );
  }
}

function unknown(peer: Peer, words: string, trouble: Trouble): Unknown {
  return { peer, kind: 'unknown', words, trouble };
}
