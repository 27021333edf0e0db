/**
 * One scenario: steps on a real cluster, one after the other, with what they made. When a step fails, the state of its
 * namespaces is collected before anything is removed, and the steps after it are not tried. Loaded by the run itself, a
 * file only says which scenarios it has.
 */
import { after, before, describe, type TestContext, test } from 'node:test';
import { type S3Server, startS3 } from '../support/start-s3.ts';
import { collect } from './collect.ts';
import { rememberSecrets } from './known-secrets.ts';
import { tryKubectl } from './kubernetes.ts';
import { endForwards } from './pod-address.ts';
import { Release, type ReleaseOptions } from './release.ts';
import { surroundings } from './surroundings.ts';

/** What a run with little time asks: how much is proven by it, and how long it takes. */
export interface Weight {
  /** 1: nice to have, to 10: the product is worth nothing without it. */
  readonly value: number;
  /** On two idle cores, with everything cached. */
  readonly seconds: number;
  /** Looks at folders of the node itself, or reaches into it: elsewhere it is left out. */
  readonly needs?: 'own node';
}

export interface Declared extends Weight {
  readonly name: string;
}

/** Names the one scenario that this process runs; empty: the file is asked which ones it has. */
export const ONLY_VARIABLE = 'LIFEBOAT_E2E_SCENARIO';

/** A step that hangs must end while its state can still be collected. */
const STEP_LIMIT = 15 * 60_000;

const declared: Declared[] = [];

/** The scenarios of the files that were loaded since it was last asked. */
export function takeDeclared(): readonly Declared[] {
  return declared.splice(0);
}

export function scenario(name: string, weight: Weight, define: (it: Scenario) => void): void {
  declared.push({ name, ...weight });
  const only = process.env[ONLY_VARIABLE];
  if (only === undefined || only === name) describe(name, () => define(new Scenario(name)));
}

type Work = (t: TestContext) => Promise<void>;

export class Scenario {
  readonly #name: string;
  readonly #namespaces: string[] = [];
  readonly #stores: S3Server[] = [];
  readonly #ends: (() => Promise<void>)[] = [];
  #failed = false;

  constructor(name: string) {
    this.#name = name;
    after(() => this.#end());
  }

  /** Before the first step. */
  before(work: () => Promise<void>): void {
    before(() => this.#watched('before the first step', work));
  }

  step(name: string, work: Work): void {
    test(name, async (t) => {
      if (this.#failed) t.skip('a step before it failed');
      else await this.#watched(name, () => work(t));
    });
  }

  /** Runs at the end, whatever happened; what was named last comes first. */
  atEnd(work: () => Promise<void>): void {
    this.#ends.push(work);
  }

  /** A store that the pods reach. */
  async store(bucket = 'snapshots'): Promise<S3Server> {
    const s3 = await startS3({ bucket, host: surroundings().storeHost });
    rememberSecrets(s3.secretKey);
    this.#stores.push(s3);
    this.atEnd(() => s3.stop());
    return s3;
  }

  /** In a namespace that is empty; with a store of its own where none is given. */
  async release(
    options: Omit<ReleaseOptions, 's3'> & { readonly s3?: S3Server | undefined },
  ): Promise<Release> {
    const s3 = options.s3 ?? (await this.store());
    await this.namespace(options.namespace);
    const release = await Release.create({ ...options, s3 });
    this.atEnd(() => release.end());
    return release;
  }

  /** One that this scenario uses: what an earlier run left in it goes away, and at the end it is removed. */
  async namespace(name: string): Promise<void> {
    this.#namespaces.push(name);
    const remove = async (): Promise<void> => {
      const args = ['delete', 'namespace', name, '--wait=true', '--ignore-not-found'];
      await tryKubectl(args, { seconds: 240 });
    };
    await remove();
    this.atEnd(remove);
  }

  async #watched(step: string, work: () => Promise<void>): Promise<void> {
    try {
      await withinLimit(work());
    } catch (error) {
      this.#failed = true;
      await collect({
        scenario: this.#name,
        step,
        error,
        namespaces: this.#namespaces,
        stores: this.#stores.map(({ dataFolder }) => dataFolder),
      });
      throw error;
    }
  }

  async #end(): Promise<void> {
    const keep = this.#failed && process.env.LIFEBOAT_E2E_KEEP === 'true';
    const problems: unknown[] = [];
    endForwards();
    for (const end of keep ? [] : this.#ends.toReversed())
      await end().catch((e: unknown) => problems.push(e));
    if (problems.length > 0) throw problems[0];
  }
}

async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const say = (): void => reject(new Error(`the step did not end within ${STEP_LIMIT / 60_000} minutes`));
    timer = setTimeout(say, STEP_LIMIT);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
