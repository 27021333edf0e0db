/** A release of the official chart with lifeboat around it, in a namespace of its own, as the README installs it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { mergeValues, type Values } from '../../generator/chart/values.ts';
import type { S3Server } from '../support/start-s3.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { findTool } from '../support/tools/find-tool.ts';
import type { Keys } from '../support/vault-operations.ts';
import { recordFact } from './facts.ts';
import { IMAGES } from './image/images.ts';
import { apply, eventually, helm, kubectl, tryKubectl } from './kubernetes.ts';
import { E2E_LABELS } from './namespace-label.ts';
import { COMMAND_LINES, type Product, ServerInPod } from './server-in-pod.ts';
import { surroundings } from './surroundings.ts';

export const PROGRAM = path.resolve(import.meta.dirname, '../../dist/lifeboat.cjs');
const OWN_CHART = path.resolve(import.meta.dirname, '../../charts/vault-lifeboat');

const CHARTS = {
  vault: { version: '0.34.1', reference: 'hashicorp/vault' },
  openbao: { version: '0.29.2', reference: 'openbao/openbao' },
} as const;

export interface ReleaseOptions {
  readonly product: Product;
  readonly namespace: string;
  readonly s3: S3Server;
  /** Of the Helm release; without it one that no other namespace has: the charts make ClusterRoleBindings out of it. */
  readonly name?: string;
  /** What the chart calls its StatefulSet, where it is not the release's name. */
  readonly fullname?: string;
  readonly chartVersion?: string;
  readonly replicas?: number;
  /** An auto-unseal seal stanza in the values: no shares anywhere. */
  readonly autoUnseal?: boolean;
  /** Secrets that the user's values name: their keys and values, made before both charts. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of a listener with TLS: the CA, and a name that the certificate carries. For who works outside of the pods. */
  readonly tls?: { readonly ca: string; readonly serverName: string };
  /** Of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Laid over my-values.yaml, key by key. */
  readonly values?: Values;
  /** Laid over lifeboat.yaml, key by key. */
  readonly config?: Values;
}

export class Release {
  readonly options: ReleaseOptions;
  /** Holds lifeboat.yaml, my-values.yaml and out/. */
  readonly folder: string;

  private constructor(options: ReleaseOptions, folder: string) {
    this.options = options;
    this.folder = folder;
  }

  static async create(options: ReleaseOptions): Promise<Release> {
    return new Release(options, await mkdtemp(path.join(tmpdir(), 'lifeboat-release-')));
  }

  get name(): string {
    const { name, namespace, product } = this.options;
    // The charts call a release's objects by its name alone where the product is in it.
    return name ?? (namespace.includes(product) ? namespace : `${namespace}-${product}`);
  }

  /** Of StatefulSet, Services and, with their ordinal, of pods. */
  get fullname(): string {
    return this.options.fullname ?? this.name;
  }

  /** The one of ordinal 0. */
  get server(): ServerInPod {
    return this.replica(0);
  }

  replica(ordinal: number): ServerInPod {
    return this.pod(`${this.fullname}-${ordinal}`);
  }

  pod(name: string): ServerInPod {
    const { product, namespace, tls } = this.options;
    return new ServerInPod(product, namespace, name, tls === undefined ? 'http' : 'https');
  }

  get replicas(): readonly ServerInPod[] {
    return Array.from({ length: this.options.replicas ?? 1 }, (_, ordinal) => this.replica(ordinal));
  }

  get chartVersion(): string {
    return this.options.chartVersion ?? CHARTS[this.options.product].version;
  }

  /** The user's own values file. */
  userValues(changes: Values): Values {
    const { product, replicas = 1, values = {} } = this.options;
    const image = IMAGES[product];
    const { pullPolicy, storageClass } = surroundings();
    const own: Values = {
      injector: { enabled: false },
      server: {
        image: {
          ...(product === 'vault' ? { repository: image.repository } : openbaoImage(image.repository)),
          tag: image.tag,
          pullPolicy,
        },
        dataStorage: { ...(storageClass === undefined ? {} : { storageClass }), size: '1Gi' },
        // One node for all of them.
        affinity: '',
        ha: { enabled: true, replicas, raft: { enabled: true, setNodeId: true } },
      },
    };
    return mergeValues(mergeValues(own, values), changes);
  }

  #lifeboat(changes: Values): Values {
    const { product, namespace, s3, config = {} } = this.options;
    const own: Values = {
      version: 1,
      name: namespace,
      image: { ...IMAGES.lifeboat, pullPolicy: surroundings().pullPolicy },
      release: {
        name: this.name,
        namespace,
        chart: CHARTS[product].reference,
        chartVersion: this.chartVersion,
        values: ['my-values.yaml'],
      },
      store: {
        s3: { bucket: 'snapshots', endpoint: s3.endpoint, secretRef: { name: 'snapshot-store' } },
      },
      restore: this.options.autoUnseal ? {} : { unseal: { secretRef: { name: 'unseal-shares' } } },
    };
    return mergeValues(mergeValues(own, config), changes);
  }

  /** The text of lifeboat.yaml with these changes, which nothing was rendered from. */
  lifeboatYaml(changes: Values): string {
    return stringify(this.#lifeboat(changes));
  }

  /** `lifeboat render`, by the built program; changes are laid over what the options say. Resolves to what it said. */
  async render(changes: { readonly config?: Values; readonly values?: Values } = {}): Promise<string> {
    const write = (name: string, what: Values): Promise<void> =>
      writeFile(path.join(this.folder, name), stringify(what));
    await write('my-values.yaml', this.userValues(changes.values ?? {}));
    await writeFile(path.join(this.folder, 'lifeboat.yaml'), this.lifeboatYaml(changes.config ?? {}));
    return this.lifeboat(['render', '-f', 'lifeboat.yaml', '-o', 'out']);
  }

  /** The built program in the release's folder, for a step that must work; resolves to all that it said. */
  async lifeboat(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.#run(process.execPath, [PROGRAM, ...args], env);
  }

  async tryLifeboat(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    const result = await execa(process.execPath, [PROGRAM, ...args], {
      cwd: this.folder,
      reject: false,
      all: true,
      stdin: 'ignore',
    });
    return { code: result.exitCode ?? 1, said: result.all };
  }

  async #run(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const result = await execa(program, args, {
      cwd: this.folder,
      env,
      reject: false,
      all: true,
      stdin: 'ignore',
    });
    if (result.failed) throw new Error(`${path.basename(program)} ${args[0] ?? ''}: ${result.all}`);
    return result.all;
  }

  /** The namespace, the Secrets but the shares, and rbac.yaml: what both charts find. */
  async prepare(): Promise<void> {
    const { namespace, s3 } = this.options;
    await apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { ...E2E_LABELS, ...this.options.labels } },
    });
    const files = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map(
      (name) => `--from-file=${name}=${path.join(s3.credentialsFolder, name)}`,
    );
    await kubectl(['create', 'secret', 'generic', 'snapshot-store', '-n', namespace, ...files]);
    for (const [name, stringData] of Object.entries(this.options.secrets ?? {}))
      await apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });
    await kubectl(['apply', '-f', path.join(this.folder, 'out/rbac.yaml')]);
  }

  /** Nothing where a seal opens the server. */
  async giveShares({ shares }: Keys): Promise<void> {
    const { namespace, autoUnseal } = this.options;
    if (autoUnseal) return;
    const file = path.join(this.folder, 'shares');
    await writeFile(file, `${shares.join('\n')}\n`, { mode: 0o600 });
    const secret = ['create', 'secret', 'generic', 'unseal-shares', '-n', namespace];
    await kubectl([...secret, `--from-file=shares=${file}`]);
  }

  /** The official chart with the user's values and ours, as the README installs and upgrades it. */
  async installServer(...flags: readonly string[]): Promise<void> {
    await this.#helmUpgrade(['my-values.yaml', 'out/vault-values.yaml'], flags);
    const { product, replicas = 1 } = this.options;
    recordFact({ kind: 'install', product, chartVersion: this.chartVersion, replicas });
  }

  /** The same with the user's values alone, as by somebody who leaves lifeboat. */
  async installServerAlone(): Promise<void> {
    await this.#helmUpgrade(['my-values.yaml'], []);
  }

  async #helmUpgrade(values: readonly string[], flags: readonly string[]): Promise<void> {
    const { product, namespace } = this.options;
    const chart = await findOfficialChart(product, this.chartVersion);
    const files = values.flatMap((file) => ['-f', path.join(this.folder, file)]);
    await helm(['upgrade', '--install', this.name, chart, '-n', namespace, ...files, ...flags]);
  }

  async installBackup(...flags: readonly string[]): Promise<void> {
    const values = path.join(this.folder, 'out/lifeboat-values.yaml');
    const where = ['-n', this.options.namespace, '-f', values, ...flags];
    await helm(['upgrade', '--install', `${this.name}-lifeboat`, OWN_CHART, ...where]);
  }

  /** out/auth-setup.sh, by an administrator outside of the pod, at the active server. */
  async setUpLogin(root: string, server = this.server): Promise<void> {
    const { binary, address, token } = COMMAND_LINES[this.options.product];
    const tool = await findTool(binary);
    await this.#run('sh', ['out/auth-setup.sh'], {
      PATH: `${path.dirname(tool.path)}:${process.env.PATH ?? ''}`,
      [address]: await server.address(),
      [token]: root,
      ...(await this.#tlsVariables()),
      HOME: this.folder,
    });
  }

  async #tlsVariables(): Promise<Readonly<Record<string, string>>> {
    const { product, tls } = this.options;
    if (tls === undefined) return {};
    const file = path.join(this.folder, 'vault-ca.pem');
    await writeFile(file, tls.ca);
    const { cacert, serverName } = COMMAND_LINES[product];
    return { [cacert]: file, [serverName]: tls.serverName };
  }

  /** A Job out of the CronJob, as the runbook says; resolves to its log once it tells of a backup. */
  async backupNow(job: string): Promise<string> {
    const { namespace } = this.options;
    await kubectl(['create', 'job', '-n', namespace, `--from=cronjob/${this.name}-lifeboat`, job]);
    return eventually(`the backup ${job}`, async () => {
      const { stdout: log } = await tryKubectl(['logs', '-n', namespace, `job/${job}`]);
      if (/^.*BACKED UP/m.test(log)) return { answer: log };
      const pods = ['describe', 'pods', '-n', namespace, '-l', `job-name=${job}`];
      return { seen: `${log}\n${(await tryKubectl(pods)).stdout}` };
    });
  }

  /** The namespace with everything in it, and the disks. The store stays. */
  async loseEverything(): Promise<void> {
    const { namespace } = this.options;
    await kubectl(['delete', 'namespace', namespace, '--wait=true'], { seconds: 240 });
    await eventually(`the end of the disks of ${namespace}`, async () => {
      const namespaces = ['get', 'pv', '-o', 'jsonpath={.items[*].spec.claimRef.namespace}'];
      const left = (await kubectl(namespaces)).split(' ').includes(namespace);
      return left ? { seen: 'a volume is still there' } : { answer: undefined };
    });
  }

  /** A pod's disk, with the pod: a new pod with an empty disk follows. */
  async loseDisk(...ordinals: readonly number[]): Promise<void> {
    const { namespace } = this.options;
    const pods = ordinals.map((ordinal) => `${this.fullname}-${ordinal}`);
    const claims = pods.map((pod) => `data-${pod}`);
    await kubectl(['delete', 'pvc', '-n', namespace, '--wait=false', ...claims]);
    await kubectl(['delete', 'pod', '-n', namespace, '--grace-period=1', ...pods]);
  }

  async end(): Promise<void> {
    const gone = ['--wait=true', '--ignore-not-found'];
    await tryKubectl(['delete', 'namespace', this.options.namespace, ...gone], { seconds: 240 });
    // What no namespace holds.
    await tryKubectl(['delete', '-f', path.join(this.folder, 'out/rbac.yaml'), ...gone]);
    await tryKubectl(['delete', 'clusterrolebinding', `${this.fullname}-server-binding`, ...gone]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** OpenBao's chart has the registry apart. */
function openbaoImage(name: string): { readonly registry: string; readonly repository: string } {
  const [registry = '', ...rest] = name.split('/');
  return { registry, repository: rest.join('/') };
}
