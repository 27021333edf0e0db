/** The official charts and Helm for the tests that values arrive. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';

const CACHE = path.join(homedir(), '.cache', 'vault-lifeboat');

export function helmBinary(): string | undefined {
  return [process.env.HELM_BIN, path.join(CACHE, 'tools/helm-3.22.0/helm')].find(
    (file) => file !== undefined && existsSync(file),
  );
}

/** The unpacked chart, or undefined where it cannot be had. */
export function officialChart(name: string, version: string): string | undefined {
  const variable = process.env[`LIFEBOAT_${name.toUpperCase()}_CHART`];
  return [variable, path.join(CACHE, 'charts', `${name}-${version}`)].find(
    (folder) => folder !== undefined && existsSync(path.join(folder, 'Chart.yaml')),
  );
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

/** Any Kubernetes of today. Helm's own default lies in the past, and charts ask for a version. */
const KUBERNETES = '1.31.0';

export async function helmTemplate(
  helm: string,
  chart: string,
  release: { readonly name: string; readonly namespace: string },
  files: readonly string[],
): Promise<readonly Manifest[]> {
  const values = files.flatMap((file) => ['-f', file]);
  const args = [
    'template',
    release.name,
    chart,
    '-n',
    release.namespace,
    '--kube-version',
    KUBERNETES,
    ...values,
  ];
  const { stdout } = await execa(helm, args);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly unknown[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly securityContext?: unknown;
  readonly resources?: unknown;
  readonly lifecycle?: { readonly postStart?: { readonly exec: { readonly command: readonly string[] } } };
}

export interface ServerPod {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string }[];
  readonly imagePullSecrets?: readonly unknown[];
  readonly serviceAccountName: string;
}

export interface StatefulSet extends Manifest {
  readonly spec: {
    readonly replicas: number;
    readonly serviceName: string;
    readonly template: { readonly spec: ServerPod };
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
  };
}

export function statefulSetOf(manifests: readonly Manifest[]): StatefulSet {
  const found = manifests.find(({ kind }) => kind === 'StatefulSet');
  if (found === undefined) throw new Error('the chart rendered no StatefulSet');
  return found as StatefulSet;
}
