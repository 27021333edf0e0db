/** How long each phase took, for the verdict's table and the receipt. Seconds from a monotonic clock. */
export interface PhaseTime {
  readonly phase: string;
  readonly seconds: number;
}

export class Phases {
  readonly #times: PhaseTime[] = [];

  constructor(earlier: Readonly<Record<string, number>> = {}) {
    for (const [phase, seconds] of Object.entries(earlier)) this.#times.push({ phase, seconds });
  }

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    const result = await work();
    this.#times.push({ phase, seconds: Math.round(performance.now() - begin) / 1000 });
    return result;
  }

  list(): readonly PhaseTime[] {
    return this.#times;
  }

  /** `find 0.1 s, download 0.2 s, ...` */
  toString(): string {
    return this.#times.map(({ phase, seconds }) => `${phase} ${seconds.toFixed(1)} s`).join(', ');
  }
}
