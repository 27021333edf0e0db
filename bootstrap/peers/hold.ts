/** The holding loop: looks until something other than waiting is decided, and tells each change once. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Replicas } from './addresses.ts';
import { type Decision, decide } from './decide.ts';
import type { Seen } from './observation.ts';
import { decisionSentence, holdSentence, quorumWarning, seenSentence, waysOut } from './sentences.ts';

export interface HoldContext {
  readonly ordinal: number;
  readonly replicas: Replicas;
  readonly look: () => Promise<readonly Seen[]>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. */
  readonly pace?: number;
  /** Milliseconds after which an unchanged wait is told again. */
  readonly reminder?: number;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
}

export interface Outcome {
  readonly decision: Exclude<Decision, { decision: 'hold' }>['decision'];
  /** Said where the servers with data are too few for a leader. */
  readonly quorumWarning: string | undefined;
}

const PACE = 2000;
const REMINDER = 60_000;

export async function untilDecided(context: HoldContext): Promise<Outcome> {
  const { ordinal, replicas, log, signal, now = () => performance.now() } = context;
  const told = new Map<string, string>();
  const wereEmpty = new Set<string>();
  let wait = { names: '', since: now(), told: now() };
  for (;;) {
    signal.throwIfAborted();
    const seen = await context.look();
    signal.throwIfAborted();
    tellChanges(seen, told, log);
    const decision = decide(ordinal, seen);
    for (const { kind, peer } of seen)
      if (kind === 'empty' || kind === 'uninitialised') wereEmpty.add(peer.name);
    if (decision.decision !== 'hold') {
      const warning = quorumWarning(decision, seen, replicas, wereEmpty);
      if (replicas.count > 1 || seen.length > 0)
        log.info(
          decisionSentence(decision, seen, replicas),
          decision.decision === 'restore' ? {} : { state: 'joining' },
        );
      if (warning !== undefined) log.warn(warning);
      return { decision: decision.decision, quorumWarning: warning };
    }
    const { waitsFor } = decision;
    const names = waitsFor.map(({ peer }) => peer.name).join(' ');
    if (names !== wait.names) {
      wait = { names, since: now(), told: now() };
      log.info(holdSentence(ordinal, waitsFor, replicas, undefined), { state: 'holding' });
    } else if (now() - wait.told >= (context.reminder ?? REMINDER)) {
      wait.told = now();
      const held = Math.round((now() - wait.since) / 1000);
      log.info(holdSentence(ordinal, waitsFor, replicas, held), { state: 'holding' });
      for (const one of waitsFor) log.info(seenSentence(one));
      for (const way of waysOut(ordinal, waitsFor, replicas)) log.info(`next: ${way}`);
    }
    await delay(context.pace ?? PACE, undefined, { signal }).catch(() => {});
  }
}

/** Each server's answer when it is another one than before. */
function tellChanges(seen: readonly Seen[], told: Map<string, string>, log: Log): void {
  for (const one of seen) {
    if (told.get(one.peer.name) === one.words) continue;
    told.set(one.peer.name, one.words);
    log.info(seenSentence(one));
  }
  const names = new Set(seen.map(({ peer }) => peer.name));
  for (const name of [...told.keys()].filter((one) => !names.has(one))) {
    told.delete(name);
    log.info(`${name}: is there no more`);
  }
}
