/** One product with one seal, backed up into a real S3 server and lost: the scene in which a point is tried, again and again. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readDisk } from '../../bootstrap/restore/attempt-folder.ts';
import { nextStep, type Step } from '../../bootstrap/restore/phase.ts';
import type { ContainerProcess } from '../support/pod/container-process.ts';
import { serverOf, storeOfS3 } from '../support/pod/each-product.ts';
import type { MoreOfContainer, StandInPod } from '../support/pod/stand-in-pod.ts';
import { type Product, World } from '../support/pod/world.ts';
import { startS3 } from '../support/start-s3.ts';
import { startTransit } from '../support/start-transit.ts';
import { findTool } from '../support/tools/find-tool.ts';
import { type Keys, waitFor } from '../support/vault-operations.ts';

export const SEALS = ['shamir', 'transit'] as const;
export type Seal = (typeof SEALS)[number];

/** The three places where lifeboat runs in the server's pod. */
export const PLACES = ['lifeboat-init', 'lifeboat-restore', 'worker'] as const;
export type Place = (typeof PLACES)[number];

/** Who dies: everything in the container, the worker's process alone, or the private server alone. */
export type Who = 'container' | 'self' | 'server';

export interface Point {
  readonly place: Place;
  readonly who: Who;
  /** As preload.cjs names it; empty lets everybody live. */
  readonly name: string;
  /** The pod is a new one after the death of its second container; else the kubelet restarts that container. */
  readonly newPod: boolean;
}

export interface Outcome {
  /** What the disk asked for when somebody had died. */
  readonly disk: Step['step'];
  /** Starts of init containers and server, after the death, until it served. */
  readonly starts: number;
}

const MARKER = 'the value of before';
const IN_CONTAINER = '/kill';
const PRELOAD = path.join(import.meta.dirname, 'preload.cjs');

export class Scene {
  readonly product: Product;
  readonly seal: Seal;
  readonly #world: World;
  readonly #keys: Keys;
  readonly #clusterId: unknown;
  readonly #stops: readonly (() => Promise<void>)[];

  private constructor(
    { product, seal }: Pick<Scene, 'product' | 'seal'>,
    world: World,
    { keys, clusterId }: { readonly keys: Keys; readonly clusterId: unknown },
    stops: readonly (() => Promise<void>)[],
  ) {
    this.product = product;
    this.seal = seal;
    this.#world = world;
    this.#keys = keys;
    this.#clusterId = clusterId;
    this.#stops = stops;
  }

  static async create(product: Product, seal: Seal): Promise<Scene> {
    const s3 = await startS3({ bucket: 'vault' });
    const transit = seal === 'transit' ? await startTransit((await findTool('vault')).path) : undefined;
    const world = await World.create({
      ...(await serverOf(product)),
      store: storeOfS3(s3),
      ...(transit === undefined ? { unseal: 'shares' as const } : { seal: transit.stanza('unseal') }),
    });
    const keys = await world.install(5, 3, MARKER);
    const backup = await world.backup();
    assert.equal(backup.code, 0, backup.log);
    const { cluster_id: clusterId } = await world.operator.health();
    const stops = [() => world.stop(), async () => transit?.stop(), () => s3.stop()];
    return new Scene({ product, seal }, world, { keys, clusterId }, stops);
  }

  async end(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }

  /** The names of all points of a place, by letting it live. */
  async points(place: Place): Promise<readonly string[]> {
    const folder = await this.#lose();
    await this.#road({ place, who: 'self', name: '', newPod: false }, folder);
    return pointsIn(folder);
  }

  /** Loses everything, lets somebody die at that point, starts again as the kubelet does, and requires the same Vault. */
  async try(point: Point): Promise<Outcome> {
    return this.#road(point, await this.#lose());
  }

  async #lose(): Promise<string> {
    await this.#world.loseEverything();
    const folder = mkdtempSync(path.join(this.#world.folder, 'kill-'));
    chmodSync(folder, 0o777);
    return folder;
  }

  async #road(point: Point, folder: string): Promise<Outcome> {
    const world = this.#world;
    let pod = this.#newPod(point, folder);
    let disk: Step['step'] | undefined;
    let starts = 0;
    const died = async (): Promise<void> => {
      disk ??= await this.#step();
      pod.options.more = () => undefined;
    };

    for (const place of ['lifeboat-init', 'lifeboat-restore'] as const) {
      for (;;) {
        const container = pod.startInit(place);
        if (disk !== undefined) starts++;
        const code = await endOf(container, folder);
        const here = place === point.place && point.name !== '';
        if (here && disk === undefined && (code !== 0 || point.who === 'server')) await died();
        if (code === 0) break;
        assert.ok(disk !== undefined && starts < 5, `${place} ended with ${code}:\n${container.log}`);
        if (point.newPod && place === 'lifeboat-restore' && starts === 0) {
          pod = world.newPod();
          const again = await endOf(pod.startInit('lifeboat-init'), folder);
          assert.equal(again, 0, 'the new pod was refused');
        }
      }
    }
    await pod.startServer();
    if (point.place === 'worker' && point.name !== '') {
      await waitFor('the death of the worker', () => hasDied(folder, point));
      disk = await this.#step();
      await pod.server?.kill();
      pod.options.more = () => undefined;
      starts++;
      await pod.startServer();
    }
    await this.#requireSame();
    if (point.place === 'worker' && point.name === '') await this.#worked(pod);
    return { disk: disk ?? 'leave', starts };
  }

  #newPod({ place, who, name }: Point, folder: string): StandInPod {
    const pod = this.#world.newPod();
    const container = place === 'worker' ? this.product : place;
    const more: MoreOfContainer = {
      env: {
        NODE_OPTIONS: `--require=${IN_CONTAINER}-preload.cjs`,
        KILL_FOLDER: IN_CONTAINER,
        KILL_AT: name,
        KILL_WHO: who,
      },
      mounts: [
        { source: folder, target: IN_CONTAINER, readOnly: false },
        { source: PRELOAD, target: `${IN_CONTAINER}-preload.cjs`, readOnly: true },
      ],
    };
    pod.options.more = (one) => (one === container ? more : undefined);
    return pod;
  }

  async #step(): Promise<Step['step']> {
    const data = this.#world.data;
    if (!existsSync(data)) return 'restore';
    return nextStep(await readDisk(data)).step;
  }

  async #requireSame(): Promise<void> {
    const { operator } = this.#world;
    await operator.waitForHealth(200);
    operator.token = this.#keys.root;
    assert.equal((await operator.health()).cluster_id, this.#clusterId, 'another Vault');
    assert.equal(await operator.readSecret(), MARKER);
  }

  /** The worker has done all of its work. */
  async #worked(pod: StandInPod): Promise<void> {
    await waitFor('the end of the worker', () =>
      pod.server?.log.includes('the work of lifeboat in this pod is done') === true ? true : undefined,
    );
  }
}

/** In the order in which they were passed. */
function pointsIn(folder: string): readonly string[] {
  const file = path.join(folder, 'points');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

function hasDied(folder: string, { name, who }: Point): true | undefined {
  if (existsSync(path.join(folder, 'frozen'))) return true;
  return who === 'self' && pointsIn(folder).includes(name) ? true : undefined;
}

/** Its exit code; one that is frozen at its point is killed with all that is in it. */
async function endOf(container: ContainerProcess, folder: string): Promise<number> {
  const frozen = path.join(folder, 'frozen');
  const ended = container.ended.then((code) => ({ code }));
  const death = waitFor(`the end of ${container.spec.name}`, () =>
    existsSync(frozen) || !container.running ? true : undefined,
  );
  await Promise.race([ended, death]);
  if (container.running && existsSync(frozen)) {
    rmSync(frozen);
    await container.kill();
    return 137;
  }
  return (await ended).code;
}
