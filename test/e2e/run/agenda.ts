/**
 * Which scenario is next. Without a limit all of them in the order of their files; with one, the most proof for the
 * time first, and only what can still end in time, judged by how the machine did so far.
 */
import type { Weight } from '../scenario.ts';

export class Agenda<S extends Weight> {
  readonly #waiting: S[];
  readonly #seconds: number | undefined;
  #estimated = 0;
  #took = 0;

  constructor(scenarios: readonly S[], seconds: number | undefined) {
    this.#seconds = seconds;
    const worth = ({ value, seconds: takes }: Weight): number => value / takes;
    this.#waiting =
      seconds === undefined ? [...scenarios] : scenarios.toSorted((a, b) => worth(b) - worth(a));
  }

  /** How many times as long as estimated it takes here; never less than as estimated. */
  get #slowness(): number {
    return this.#estimated === 0 ? 1 : Math.max(1, this.#took / this.#estimated);
  }

  /** The next one that can end, when this many seconds are gone; nothing where none can. */
  next(gone: number): S | undefined {
    const left = this.#seconds === undefined ? Number.POSITIVE_INFINITY : this.#seconds - gone;
    const index = this.#waiting.findIndex(({ seconds }) => seconds * this.#slowness <= left);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  ended(scenario: S, took: number): void {
    this.#estimated += scenario.seconds;
    this.#took += took;
  }

  /** What no time was left for. */
  get leftOut(): readonly S[] {
    return this.#waiting;
  }
}
