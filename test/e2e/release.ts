/** One server of the official chart with lifeboat around it, in a namespace of its own, as the README installs it. */
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import type { S3Server } from '../support/start-s3.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { findTool } from '../support/tools/find-tool.ts';
import type { Keys } from '../support/vault-operations.ts';
import { IMAGES } from './image/images.ts';
import { apply, eventually, helm, kubectl, tryKubectl } from './kubernetes.ts';
import { FILES } from './node/layout.ts';
import { COMMAND_LINES, type Product, ServerInPod } from './server-in-pod.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../dist/lifeboat.cjs');
const OWN_CHART = path.resolve(import.meta.dirname, '../../charts/vault-lifeboat');

/** The official charts' servers run as these. */
const SERVER_USER = 100;
const SERVER_GROUP = 1000;

const CHARTS = {
  vault: { version: '0.34.1', reference: 'hashicorp/vault' },
  openbao: { version: '0.29.2', reference: 'openbao/openbao' },
} as const;

export interface ReleaseOptions {
  readonly product: Product;
  readonly namespace: string;
  readonly s3: S3Server;
  /** Laid over lifeboat.yaml, key by key. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export class Release {
  readonly options: ReleaseOptions;
  readonly folder: string;
  readonly server: ServerInPod;
  #volumes = 0;

  private constructor(options: ReleaseOptions, folder: string) {
    this.options = options;
    this.folder = folder;
    this.server = new ServerInPod(options.product, options.namespace);
  }

  static async create(options: ReleaseOptions): Promise<Release> {
    return new Release(options, await mkdtemp(path.join(tmpdir(), 'lifeboat-release-')));
  }

  get #chart(): (typeof CHARTS)[Product] {
    return CHARTS[this.options.product];
  }

  /** `lifeboat render`, by the built program. */
  async render(config: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { product, namespace, s3 } = this.options;
    const image = IMAGES[product];
    const values = {
      injector: { enabled: false },
      server: {
        image: {
          ...(product === 'vault' ? { repository: image.repository } : openbaoImage(image.repository)),
          tag: image.tag,
          pullPolicy: 'Never',
        },
        dataStorage: { storageClass: 'lifeboat-e2e', size: '1Gi' },
        ha: { enabled: true, replicas: 1, raft: { enabled: true, setNodeId: true } },
      },
    };
    const lifeboat = {
      version: 1,
      name: namespace,
      image: { ...IMAGES.lifeboat, pullPolicy: 'Never' },
      release: {
        name: product,
        namespace,
        chart: this.#chart.reference,
        chartVersion: this.#chart.version,
        values: ['my-values.yaml'],
      },
      store: {
        s3: { bucket: 'snapshots', endpoint: s3.endpoint, secretRef: { name: 'snapshot-store' } },
      },
      restore: { unseal: { secretRef: { name: 'unseal-shares' } } },
      ...this.options.config,
      ...config,
    };
    await writeFile(path.join(this.folder, 'my-values.yaml'), stringify(values));
    await writeFile(path.join(this.folder, 'lifeboat.yaml'), stringify(lifeboat));
    await this.#run(process.execPath, [PROGRAM, 'render', '-f', 'lifeboat.yaml', '-o', 'out']);
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

  /** A volume for the claim of the one server. It is retained, as it should be, and so never comes twice. */
  async #volume(): Promise<void> {
    const { namespace } = this.options;
    const name = `${namespace}-${this.#volumes++}`;
    const place = path.join(FILES.volumes, name);
    await mkdir(place, { recursive: true });
    await chown(place, SERVER_USER, SERVER_GROUP);
    await apply({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: 'lifeboat-e2e',
        claimRef: { namespace, name: `data-${this.server.pod}` },
        hostPath: { path: place },
      },
    });
  }

  /** The namespace, a disk, the Secret of the store and rbac.yaml: what both charts find. */
  async prepare(): Promise<void> {
    const { namespace, s3 } = this.options;
    await kubectl(['create', 'namespace', namespace]);
    await this.#volume();
    const files = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map(
      (name) => `--from-file=${name}=${path.join(s3.credentialsFolder, name)}`,
    );
    await kubectl(['create', 'secret', 'generic', 'snapshot-store', '-n', namespace, ...files]);
    await kubectl(['apply', '-f', path.join(this.folder, 'out/rbac.yaml')]);
  }

  async giveShares({ shares }: Keys): Promise<void> {
    const file = path.join(this.folder, 'shares');
    await writeFile(file, `${shares.join('\n')}\n`, { mode: 0o600 });
    const { namespace } = this.options;
    await kubectl([
      'create',
      'secret',
      'generic',
      'unseal-shares',
      '-n',
      namespace,
      `--from-file=shares=${file}`,
    ]);
  }

  async installServer(): Promise<void> {
    const { product, namespace } = this.options;
    const chart = await findOfficialChart(product, this.#chart.version);
    const files = ['my-values.yaml', 'out/vault-values.yaml'].flatMap((file) => [
      '-f',
      path.join(this.folder, file),
    ]);
    await helm(['upgrade', '--install', product, chart, '-n', namespace, ...files]);
  }

  async installBackup(): Promise<void> {
    const { product, namespace } = this.options;
    const values = path.join(this.folder, 'out/lifeboat-values.yaml');
    await helm(['upgrade', '--install', `${product}-lifeboat`, OWN_CHART, '-n', namespace, '-f', values]);
  }

  /** out/auth-setup.sh, by an administrator outside of the pod. */
  async setUpLogin(root: string): Promise<void> {
    const { product } = this.options;
    const { binary, address, token } = COMMAND_LINES[product];
    const tool = await findTool(binary);
    await this.#run('sh', ['out/auth-setup.sh'], {
      PATH: `${path.dirname(tool.path)}:${process.env.PATH ?? ''}`,
      [address]: await this.server.address(),
      [token]: root,
      HOME: this.folder,
    });
  }

  /** As the runbook says; resolves to the job's log. */
  async backupNow(job: string): Promise<string> {
    const { namespace, product } = this.options;
    await kubectl(['create', 'job', '-n', namespace, `--from=cronjob/${product}-lifeboat`, job]);
    return eventually(`the backup ${job}`, async () => {
      const { stdout: log } = await tryKubectl(['logs', '-n', namespace, `job/${job}`]);
      if (/^.*BACKED UP/m.test(log)) return { answer: log };
      return {
        seen: `${log}\n${(await tryKubectl(['describe', 'pods', '-n', namespace, '-l', `job-name=${job}`])).stdout}`,
      };
    });
  }

  /** The namespace with everything in it, and the disk. The store stays. */
  async loseEverything(): Promise<void> {
    const { namespace } = this.options;
    await kubectl(['delete', 'namespace', namespace, '--wait=true'], { seconds: 180 });
    for (let number = 0; number < this.#volumes; number++) {
      await kubectl(['delete', 'pv', `${namespace}-${number}`, '--ignore-not-found']);
      await rm(path.join(FILES.volumes, `${namespace}-${number}`), { recursive: true, force: true });
    }
  }

  async end(): Promise<void> {
    await tryKubectl(['delete', 'namespace', this.options.namespace, '--wait=true'], { seconds: 180 });
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** OpenBao's chart has the registry apart. */
function openbaoImage(name: string): { readonly registry: string; readonly repository: string } {
  const [registry = '', ...rest] = name.split('/');
  return { registry, repository: rest.join('/') };
}
