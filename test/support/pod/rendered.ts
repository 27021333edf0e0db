/**
 * Renders a configuration with the built command line and makes pods of what came out: with the official chart by
 * Helm where it can be had, else out of vault-values.yaml itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, parseAllDocuments } from 'yaml';
import {
  type Container,
  type PodTemplate,
  podOfOverlay,
  podOfStatefulSet,
  type Volume,
} from './pod-template.ts';

export interface OfficialChart {
  /** Folder of the unpacked chart. */
  readonly folder: string;
  readonly helm: string;
}

export interface Rendered {
  readonly server: PodTemplate;
  readonly backup: PodTemplate;
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Folder of the rendered files. */
  readonly out: string;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

export interface RenderInput {
  readonly product: 'vault' | 'openbao';
  readonly release: string;
  readonly namespace: string;
  /** Folder with lifeboat.yaml and the user's values files. */
  readonly folder: string;
  readonly values: readonly string[];
  readonly bundle: string;
  readonly chart: OfficialChart | undefined;
  /** The server's configuration text, for pods without the chart. */
  readonly serverConfig: string;
}

const BACKUP_CHART = new URL('../../../charts/vault-lifeboat', import.meta.url).pathname;

export async function render(input: RenderInput): Promise<Rendered> {
  const out = join(input.folder, 'out');
  await execa(process.execPath, [
    input.bundle,
    'render',
    '-f',
    join(input.folder, 'lifeboat.yaml'),
    '-o',
    out,
  ]);
  const backupValues = join(out, 'lifeboat-values.yaml');
  if (input.chart === undefined) {
    const overlay: unknown = parse(readFileSync(join(out, 'vault-values.yaml'), 'utf8'));
    const values = parse(readFileSync(backupValues, 'utf8')) as BackupValues;
    return {
      server: podOfOverlay(overlay, input.product, input.release, input.namespace),
      backup: backupOfValues(values, input.namespace),
      configMaps: {
        [`${input.release}-config`]: { 'extraconfig-from-values.hcl': input.serverConfig },
        'lifeboat-backup': { 'backup.json': JSON.stringify(values.config) },
      },
      out,
    };
  }
  const { helm, folder } = input.chart;
  const files = [...input.values.map((file) => join(input.folder, file)), join(out, 'vault-values.yaml')];
  const manifests = await template(helm, input.release, folder, input.namespace, files);
  const backups = await template(helm, `${input.release}-lifeboat`, BACKUP_CHART, input.namespace, [
    backupValues,
  ]);
  const statefulSet = manifests.find(({ kind }) => kind === 'StatefulSet');
  const cronJob = backups.find(({ kind }) => kind === 'CronJob');
  if (statefulSet === undefined || cronJob === undefined)
    throw new Error('helm rendered no StatefulSet or no CronJob');
  const maps = [...manifests, ...backups].filter(({ kind }) => kind === 'ConfigMap');
  return {
    server: podOfStatefulSet(statefulSet),
    backup: backupOfCronJob(cronJob, input.namespace),
    configMaps: Object.fromEntries(maps.map(({ metadata, data }) => [metadata.name, data ?? {}])),
    out,
  };
}

async function template(
  helm: string,
  release: string,
  chart: string,
  namespace: string,
  files: readonly string[],
): Promise<readonly Manifest[]> {
  const args = [
    'template',
    release,
    chart,
    '-n',
    namespace,
    '--kube-version',
    '1.31.0',
    ...files.flatMap((file) => ['-f', file]),
  ];
  const { stdout } = await execa(helm, args);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

interface CronJob extends Manifest {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: { readonly containers: readonly Container[]; readonly volumes?: readonly Volume[] };
        };
      };
    };
  };
}

function backupOfCronJob(rendered: Manifest, namespace: string): PodTemplate {
  const { spec } = (rendered as CronJob).spec.jobTemplate.spec.template;
  const [container] = spec.containers;
  if (container === undefined) throw new Error('the CronJob has no container');
  return {
    name: rendered.metadata.name,
    namespace,
    initContainers: [container],
    server: container,
    volumes: spec.volumes ?? [],
    claims: [],
  };
}

interface BackupValues {
  readonly config: unknown;
  readonly mounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly secret?: { readonly name: string };
    readonly configMap?: { readonly name: string };
    readonly volume?: Omit<Volume, 'name'>;
  }[];
}

/** Without Helm: the CronJob's container as charts/vault-lifeboat makes it. */
function backupOfValues(values: BackupValues, namespace: string): PodTemplate {
  const container: Container = {
    name: 'backup',
    image: 'lifeboat',
    command: ['node', '/app/lifeboat.cjs', 'backup', '--config', '/lifeboat/config/backup.json'],
    volumeMounts: [
      { name: 'config', mountPath: '/lifeboat/config', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      ...values.mounts.map(({ name, mountPath, volume }) => ({
        name,
        mountPath,
        readOnly: volume === undefined,
      })),
    ],
    securityContext: { readOnlyRootFilesystem: true },
  };
  const volumes: Volume[] = [
    { name: 'config', configMap: { name: 'lifeboat-backup' } },
    { name: 'tmp', emptyDir: {} },
    ...values.mounts.map(({ name, secret, configMap, volume }) => ({
      name,
      ...(secret === undefined ? {} : { secret: { secretName: secret.name, optional: true } }),
      ...(configMap === undefined ? {} : { configMap }),
      ...(volume ?? {}),
    })),
  ];
  return {
    name: 'lifeboat-backup',
    namespace,
    initContainers: [container],
    server: container,
    volumes,
    claims: [],
  };
}
