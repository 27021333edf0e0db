/**
 * A cluster in small for the tests of the whole road: a configuration, what is rendered from it, a store, Secrets,
 * a claim, and pods that are made and lost. Runs in a network namespace of its own, so that the ports are the pod's.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Keys, Operator } from '../vault-operations.ts';
import type { Secrets } from './pod-environment.ts';
import { type OfficialChart, type Rendered, render } from './rendered.ts';
import { type InitResult, type StandInOptions, StandInPod } from './stand-in-pod.ts';

export type Product = 'vault' | 'openbao';

/** A store that a server of its protocol stands for. */
export interface CloudStore {
  /** `store` of lifeboat.yaml, without the retention. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The Secrets that it names. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The names by which the pods reach those servers. */
export const STORE_HOSTS = {
  s3: 's3.storage.svc',
  gcs: 'gcs.storage.svc',
  azure: 'azure.storage.svc',
} as const;

export interface WorldOptions {
  readonly product: Product;
  readonly serverBinary: string;
  readonly chart: OfficialChart | undefined;
  readonly store: CloudStore | 'directory';
  /** Where the unseal shares come from after a disaster. */
  readonly unseal?: 'shares' | 'manual';
  /** A seal stanza for the server's configuration. */
  readonly seal?: string;
  /** The Secret `vault-tls` of the listener and of the pods that check it: tls.crt, tls.key, ca.crt. */
  readonly tls?: { readonly files: Readonly<Record<string, string>>; readonly serverName: string };
  /** More of the server's configuration. */
  readonly moreConfig?: string;
  /** More of lifeboat.yaml's `restore`. */
  readonly restore?: Readonly<Record<string, unknown>>;
  /** More of the user's values for the official chart, below `server`. */
  readonly serverValues?: Readonly<Record<string, unknown>>;
  readonly keepLast?: number;
}

const BUNDLE = new URL('../../../dist/lifeboat.cjs', import.meta.url).pathname;
const NAMESPACE = 'vault';

/** Chart versions that the tests render with. */
export const CHART_VERSIONS = { vault: '0.34.1', openbao: '0.29.2' } as const;

export class World {
  readonly options: WorldOptions;
  readonly folder: string;
  readonly operator: Operator;
  /** What kubectl would have created. */
  secrets: Record<string, Readonly<Record<string, string>>> = {};
  rendered!: Rendered;
  pod: StandInPod | undefined;
  readonly #pods: StandInPod[] = [];

  private constructor(options: WorldOptions) {
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'lifeboat-world-'));
    chmodSync(this.folder, 0o755);
    this.operator = new Operator(`${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:8200`);
  }

  static async create(options: WorldOptions): Promise<World> {
    const world = new World(options);
    if (options.store !== 'directory') Object.assign(world.secrets, options.store.secrets);
    if (options.tls !== undefined) world.secrets['vault-tls'] = options.tls.files;
    await world.render();
    return world;
  }

  get release(): string {
    return this.options.product;
  }

  /** The folder that stands for the snapshots' volume. */
  get snapshots(): string {
    const folder = join(this.folder, 'snapshots');
    if (!existsSync(folder)) {
      mkdirSync(folder);
      chmodSync(folder, 0o777);
    }
    return folder;
  }

  /** Renders lifeboat.yaml, with other `restore` settings where given. One pod runs here, whatever the number is. */
  async render(restore: Readonly<Record<string, unknown>> = {}, replicas = 1): Promise<void> {
    const { options } = this;
    writeFileSync(join(this.folder, 'my-values.yaml'), stringify(this.#userValues(replicas)));
    writeFileSync(join(this.folder, 'lifeboat.yaml'), stringify(this.#config(restore, replicas)));
    this.rendered = await render({
      product: options.product,
      release: this.release,
      namespace: NAMESPACE,
      folder: this.folder,
      values: ['my-values.yaml'],
      bundle: BUNDLE,
      chart: options.chart,
      serverConfig: this.serverConfig,
    });
  }

  /** The server's configuration. Registration with Kubernetes is left out: there is no API server in the stand-in. */
  get serverConfig(): string {
    return [
      'ui = true',
      'disable_mlock = true',
      'listener "tcp" {',
      ...(this.options.tls === undefined
        ? ['  tls_disable = 1']
        : ['  tls_cert_file = "/vault-tls/tls.crt"', '  tls_key_file = "/vault-tls/tls.key"']),
      '  address = "[::]:8200"',
      '  cluster_address = "[::]:8201"',
      '}',
      'storage "raft" {',
      `  path = "/${this.options.product}/data"`,
      // Short elections, for short tests.
      '  performance_multiplier = 1',
      '}',
      this.options.seal ?? '',
      this.options.moreConfig ?? '',
      '',
    ].join('\n');
  }

  #userValues(replicas: number): object {
    const { tls } = this.options;
    return {
      global: { tlsDisable: tls === undefined },
      server: {
        ...(tls === undefined
          ? {}
          : {
              volumes: [{ name: 'vault-tls', secret: { secretName: 'vault-tls', defaultMode: 288 } }],
              volumeMounts: [{ name: 'vault-tls', mountPath: '/vault-tls', readOnly: true }],
            }),
        ha: {
          enabled: true,
          replicas,
          raft: { enabled: true, setNodeId: true, config: this.serverConfig },
        },
        ...this.options.serverValues,
      },
    };
  }

  #config(restore: Readonly<Record<string, unknown>>, replicas: number): object {
    const { options } = this;
    const store =
      options.store === 'directory'
        ? { directory: { path: '/snapshots', volume: { hostPath: { path: this.snapshots } } } }
        : options.store.config;
    return {
      version: 1,
      name: 'payments-vault',
      image: { repository: 'registry.example/lifeboat' },
      release: {
        name: this.release,
        namespace: NAMESPACE,
        chart: options.product === 'vault' ? 'hashicorp/vault' : 'openbao/openbao',
        chartVersion: CHART_VERSIONS[options.product],
        values: ['my-values.yaml'],
      },
      ...(options.tls === undefined
        ? { vault: { raftConfig: replicas > 1 ? 'render' : 'keep' } }
        : {
            vault: {
              tls: {
                ca: { secretRef: { name: 'vault-tls', key: 'ca.crt' } },
                serverName: options.tls.serverName,
              },
            },
          }),
      store: { ...store, retention: { keepLast: options.keepLast ?? 14 } },
      backup: {
        schedule: '0 */12 * * *',
        auth: { approle: { secretRef: { name: 'vault-snapshot-agent' } } },
      },
      restore: {
        ...(options.unseal === 'shares' ? { unseal: { secretRef: { name: 'vault-unseal-keys' } } } : {}),
        ...options.restore,
        ...restore,
      },
    };
  }

  /** The policy of the backup, as rendered. */
  get policyFile(): string {
    return join(this.rendered.out, 'vault-policy.hcl');
  }

  #standIn(template: Rendered['server']): StandInPod {
    const { options, rendered } = this;
    const standIn: StandInOptions = {
      template,
      folder: join(this.folder, template === rendered.server ? 'server' : 'backup'),
      bundle: BUNDLE,
      serverBinary: options.serverBinary,
      product: options.product,
      configMaps: rendered.configMaps,
      secrets: this.secrets as Secrets,
      hosts: [
        ...Object.values(STORE_HOSTS),
        ...['', '-active', '-internal'].map((suffix) => `${this.release}${suffix}.${NAMESPACE}.svc`),
        `${this.release}-0.${this.release}-internal`,
        `${this.release}-0.${this.release}-internal.${NAMESPACE}.svc`,
      ],
    };
    mkdirSync(standIn.folder, { recursive: true });
    const pod = new StandInPod(standIn);
    this.#pods.push(pod);
    return pod;
  }

  /** A new server pod on the claim; nothing of it runs yet. */
  newPod(): StandInPod {
    this.pod = this.#standIn(this.rendered.server);
    return this.pod;
  }

  /** A new pod, its init containers, and, where they succeed, the server with its hook. */
  async startPod(): Promise<readonly InitResult[]> {
    const pod = this.newPod();
    const results = await pod.runInits();
    if (results.every(({ code }) => code === 0)) await pod.startServer();
    return results;
  }

  /** Runs the CronJob's container once. */
  async backup(): Promise<InitResult> {
    const pod = this.#standIn(this.rendered.backup);
    const [result] = await pod.runInits();
    if (result === undefined) throw new Error('the CronJob has no container');
    return result;
  }

  /** A first install with data in it, and the Secrets of backup and unseal. */
  async install(shares: number, threshold: number, marker: string): Promise<Keys> {
    // A new Vault has no shares yet. Those of a lost one would be tried by a worker that looks after the init, in
    // between the operator's own.
    delete this.secrets['vault-unseal-keys'];
    const inits = await this.startPod();
    if (inits.some(({ code }) => code !== 0)) throw new Error(inits.map(({ log }) => log).join(''));
    await this.operator.waitForHealth(501);
    const keys = await this.operator.init(shares, threshold, this.options.seal !== undefined);
    if (this.options.seal === undefined) await this.operator.unseal(keys.shares);
    else await this.operator.waitForHealth(200);
    await this.operator.fill(marker);
    this.secrets['vault-snapshot-agent'] = await this.operator.setUpBackup(
      readFileSync(this.policyFile, 'utf8'),
    );
    if (this.options.unseal === 'shares')
      this.secrets['vault-unseal-keys'] = { shares: keys.shares.join('\n') };
    return keys;
  }

  /** The disaster: pod, claims, all of it. The store and the Secrets that people kept are what is left. */
  async loseEverything(): Promise<void> {
    await this.pod?.server?.kill();
    rmSync(join(this.folder, 'server', 'claims'), { recursive: true, force: true });
  }

  /** Takes the snapshots out of the store, or puts them back. */
  hideSnapshots(place: string, way: 'away' | 'back' = 'away'): void {
    const stored = join(this.snapshots, 'payments-vault');
    if (way === 'away') renameSync(stored, place);
    else renameSync(place, stored);
  }

  /** Another world finds this one's snapshots in its store. */
  copySnapshotsTo(other: World): void {
    // Owners and modes too: the pods run as the server's user.
    execFileSync('cp', ['-a', `${this.snapshots}/.`, other.snapshots]);
  }

  get data(): string {
    return join(this.folder, 'server', 'claims', 'data');
  }

  /** All lines of the server container, ours among them. */
  get serverLog(): string {
    return this.pod?.server?.log ?? '';
  }

  async stop(): Promise<void> {
    for (const pod of this.#pods) if (pod.server?.running === true) await pod.server.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
