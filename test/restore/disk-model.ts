/**
 * A data directory in memory, for models of restores: which parts stand where, and who made each. The pods below
 * walk the road of the init containers one durable operation at a time, deciding by the real nextStep().
 */
import { type DataState, PARTS, type Part } from '../../bootstrap/restore/data-directory.ts';
import { type DiskState, nextStep } from '../../bootstrap/restore/phase.ts';

/** Who made a part: somebody's Vault, a server that was never initialised, or one try of a restore. */
export type Origin = 'foreign vault' | 'uninitialised' | `restore ${number}`;

export interface ModelAttempt {
  readonly origin: Origin;
  readonly parts: Set<Part>;
  proven: readonly Part[] | undefined;
}

export interface Scene {
  /** Whether a server makes a node-id, as some versions do. */
  readonly nodeId: boolean;
  /** Whether raft/ shows by itself that it belongs to an initialised server, without vault.db. */
  readonly raftMarked: boolean;
}

export class ModelDisk {
  readonly scene: Scene;
  readonly live = new Map<Part, Origin>();
  readonly attempts = new Map<number, ModelAttempt>();
  readonly aside: Map<Part, Origin>[] = [];
  #restores = 0;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** The parts that one server makes. */
  get made(): readonly Part[] {
    return PARTS.filter((part) => part !== 'node-id' || this.scene.nodeId);
  }

  newOrigin(): Origin {
    return `restore ${++this.#restores}`;
  }

  nextAttempt(): number {
    return Math.max(0, ...this.attempts.keys()) + 1;
  }

  state(): DiskState {
    const attempts = [...this.attempts].map(([number, { proven, parts }]) => ({
      number,
      provenParts: proven,
      parts: PARTS.filter((part) => parts.has(part)),
    }));
    return { live: this.#classified(), liveParts: PARTS.filter((part) => this.live.has(part)), attempts };
  }

  #classified(): DataState {
    const marked = (part: Part): boolean => {
      const origin = this.live.get(part);
      return origin !== undefined && origin !== 'uninitialised';
    };
    if (marked('vault.db') || (this.scene.raftMarked && marked('raft')))
      return { state: 'data', because: 'marks' };
    if (!this.live.has('vault.db') && !this.live.has('raft')) return { state: 'empty' };
    return { state: 'uninitialised', parts: PARTS.filter((part) => this.live.has(part)) };
  }

  /** Whose parts stand at the live paths. */
  origins(): ReadonlySet<Origin> {
    return new Set(this.live.values());
  }
}

/** What a pod just did. */
export type Operation = string;

/** One start of a pod, one durable operation for each `yield`. Returns when the server would be started. */
export function* podStart(disk: ModelDisk): Generator<Operation, 'serves' | 'refused'> {
  const step = nextStep(disk.state());
  if (step.step === 'leave') return 'serves';
  if (step.step === 'finish-swap') {
    return yield* rename(disk, step.attempt, step.parts);
  }
  if (step.step === 'swap') return yield* swap(disk, step.attempt);
  const attempt = yield* restore(disk);
  return yield* swap(disk, attempt);
}

function* restore(disk: ModelDisk): Generator<Operation, number> {
  for (const [number, unproven] of [...disk.attempts]) {
    if (unproven.proven !== undefined) continue;
    disk.attempts.delete(number);
    yield `remove attempt-${number}`;
  }
  const number = disk.nextAttempt();
  const attempt: ModelAttempt = { origin: disk.newOrigin(), parts: new Set(), proven: undefined };
  disk.attempts.set(number, attempt);
  yield `create attempt-${number}`;
  for (const part of [...disk.made].reverse()) {
    attempt.parts.add(part);
    yield `the private server makes ${part}`;
  }
  // Another pod may have removed the folder and made a new one of that number: only its own is marked.
  if (disk.attempts.get(number) !== attempt) return -1;
  attempt.proven = PARTS.filter((part) => attempt.parts.has(part));
  yield `complete attempt-${number}`;
  return number;
}

function* swap(disk: ModelDisk, attempt: number): Generator<Operation, 'serves' | 'refused'> {
  yield 'ready to swap';
  const now = nextStep(disk.state());
  if (now.step !== 'swap' || now.attempt !== attempt) return 'refused';
  const folder = new Map<Part, Origin>();
  if (disk.live.size > 0) disk.aside.push(folder);
  for (const [part, origin] of PARTS.flatMap((p) => [...disk.live].filter(([name]) => name === p))) {
    disk.live.delete(part);
    folder.set(part, origin);
    yield `aside ${part}`;
  }
  return yield* rename(disk, attempt, now.parts);
}

function* rename(
  disk: ModelDisk,
  number: number,
  parts: readonly Part[],
): Generator<Operation, 'serves' | 'refused'> {
  const attempt = disk.attempts.get(number);
  for (const part of PARTS.filter((candidate) => parts.includes(candidate))) {
    // A live path that is taken, or a part that another pod renamed already, ends this pod.
    if (disk.live.has(part) || attempt?.parts.has(part) !== true) return 'refused';
    attempt.parts.delete(part);
    disk.live.set(part, attempt.origin);
    yield `rename ${part}`;
  }
  return 'serves';
}
