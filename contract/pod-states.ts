/**
 * What a container of lifeboat says of itself: a state with each line of its log that begins a new one, and the last of
 * them as its message when it ends (`state.terminated.message`). `lifeboat status` reads both, whatever the log's format.
 */

/** Who moves it on. `done`: its work is over. `works`, `waits`: it goes on by itself. `person`: somebody has to act. */
export type Turn = 'done' | 'works' | 'waits' | 'person';

interface StateMeaning {
  readonly turn: Turn;
  readonly meaning: string;
}

/** Stable names: they stand in logs, in Events, and in what `lifeboat status --json` prints. */
export const POD_STATES = {
  'data-present': { turn: 'done', meaning: 'the disk has data; nothing was restored' },
  holding: { turn: 'waits', meaning: 'waits until it is known what the other servers have' },
  joining: { turn: 'waits', meaning: 'starts empty and joins another server' },
  'first-install': { turn: 'done', meaning: 'the store holds no snapshot; starts empty' },
  looking: { turn: 'works', meaning: 'looks for a snapshot in the store' },
  downloading: { turn: 'works', meaning: 'downloads a snapshot and verifies it' },
  'waiting-for-store': { turn: 'waits', meaning: 'the store does not answer; asks again' },
  'waiting-for-secret': { turn: 'person', meaning: 'a Secret is not there, or lacks an entry; looks again' },
  downloaded: { turn: 'done', meaning: 'a snapshot is on the volume, verified' },
  restoring: { turn: 'works', meaning: 'restores with a private server' },
  'in-place': { turn: 'done', meaning: 'the restored data is in place, proven by a private server' },
  'in-place-sealed': { turn: 'done', meaning: 'the restored data is in place, sealed' },
  'not-initialised': { turn: 'person', meaning: 'the server is empty: waits for operator init' },
  'waiting-for-shares': { turn: 'person', meaning: 'sealed: waits for unseal shares' },
  'waiting-for-seal': { turn: 'waits', meaning: 'sealed: waits for its auto-unseal' },
  unsealing: { turn: 'works', meaning: 'is being unsealed' },
  unsealed: { turn: 'done', meaning: 'unsealed' },
  restored: { turn: 'done', meaning: 'restored, by the word of the server itself' },
  'not-restored': {
    turn: 'person',
    meaning: 'the server is not the one that was restored, or does not work',
  },
  'backed-up': { turn: 'done', meaning: 'a snapshot is stored, verified and read back' },
  refused: { turn: 'person', meaning: 'stopped; the sentence says why, and what to do' },
} as const satisfies Readonly<Record<string, StateMeaning>>;

export type PodState = keyof typeof POD_STATES;

export function isPodState(text: unknown): text is PodState {
  return typeof text === 'string' && Object.hasOwn(POD_STATES, text);
}

/** One line of a log that names a state, or the message of a container that ended. */
export interface Word {
  readonly time: string;
  readonly part: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly state: PodState;
  readonly message: string;
  /** What to do next, where it was a refusal. */
  readonly next?: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

const TEXT_LINE =
  /^(?<time>\d{4}-\d\d-\d\dT[\d:.]+Z) lifeboat (?<part>[a-z-]+) \[(?<state>[a-z-]+)\]: (?:(?<mark>WARN|ERROR): )?(?<message>.*)$/;

/** A line of either format, or a container's message; undefined where it is none of ours, or names no state. */
export function readWord(line: string): Word | undefined {
  const { time, part, state, mark, message } = TEXT_LINE.exec(line)?.groups ?? {};
  if (time !== undefined && part !== undefined && message !== undefined) {
    if (!isPodState(state)) return undefined;
    const level = mark === undefined ? 'info' : mark === 'WARN' ? 'warn' : 'error';
    return { time, part, level, state, message, fields: {} };
  }
  return line.startsWith('{') ? readJson(line) : undefined;
}

function readJson(line: string): Word | undefined {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { time, part, level, state, message, next, ...rest } = data as Record<string, unknown>;
  if (!isPodState(state) || typeof time !== 'string' || typeof part !== 'string') return undefined;
  if (typeof message !== 'string' || (level !== 'info' && level !== 'warn' && level !== 'error'))
    return undefined;
  const fields = Object.entries(rest).filter((entry): entry is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  );
  return {
    ...{ time, part, level, state, message },
    ...(typeof next === 'string' ? { next } : {}),
    fields: Object.fromEntries(fields),
  };
}

/** The last state that a log names, with what was to be done next where a line says it. */
export function lastWord(log: string): Word | undefined {
  for (const line of log.split('\n').reverse()) {
    const word = readWord(line);
    if (word !== undefined) return word;
  }
  return undefined;
}
