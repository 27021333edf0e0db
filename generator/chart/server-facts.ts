/** Everything about the server's pod that the user's values and the chart's defaults decide. Pure. */
import { type StorageFacts, sealTypeOf, storageOf } from '../../contract/server-config.ts';
import { type ChartMode, chartMode, fullname, isOrdered, replicas, type ServerMode } from './names.ts';
import type { OfficialChart, Product } from './official-charts.ts';
import { type ConfigText, serverConfigText } from './server-config-text.ts';
import { type EnvVar, serverEnv } from './server-env.ts';
import { type Mount, serverMounts } from './server-mounts.ts';
import { type ServerRights, serverRights } from './server-rights.ts';
import { type ServiceAccount, serviceAccountOf } from './service-account.ts';
import { isSet, isTrue, listAt, mapAt, printed, textAt, type Values, valueAt } from './values.ts';

export interface ServerFacts {
  readonly product: Product;
  readonly chart: OfficialChart;
  readonly mode: ChartMode;
  readonly replicas: number;
  /** Kubernetes makes a pod only once those before it are Ready. */
  readonly ordered: boolean;
  readonly fullname: string;
  readonly account: ServiceAccount;
  readonly scheme: 'http' | 'https';
  /** The Service that leads to the active node. */
  readonly service: string;
  readonly servicePort: number;
  readonly internalService: string;
  /** As the kubelet pulls it. */
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly dataPath: string;
  readonly auditPath: string | undefined;
  readonly configFiles: readonly string[];
  /** More than the chart's own configuration file is read, and what is in them cannot be seen here. */
  readonly hasUnseenConfig: boolean;
  readonly config: ConfigText;
  readonly storage: StorageFacts | undefined;
  /** The type of the seal stanza that can be seen; undefined is Shamir, or one that cannot be seen. */
  readonly sealType: string | undefined;
  /** Why the configuration text could not be read. */
  readonly configProblem: string | undefined;
  readonly env: readonly EnvVar[];
  readonly mounts: readonly Mount[];
  readonly rights: ServerRights;
  readonly resources: Values;
  readonly own: {
    readonly initContainers: readonly unknown[];
    readonly volumes: readonly unknown[];
    readonly volumeMounts: readonly unknown[];
    readonly postStart: readonly string[];
    readonly imagePullSecrets: readonly unknown[];
  };
}

/** The configuration files that `extraArgs` names beside the chart's own: `-config=PATH`, `-config PATH`. */
export function configArguments(extraArgs: string): readonly string[] {
  return [...extraArgs.matchAll(/(?:^|\s)--?config[=\s]+["']?([^\s"']+)/g)].map(([, path]) => path ?? '');
}

function image(chart: OfficialChart, values: Values): string {
  const repository = textAt(values, 'server.image.repository');
  const tag = textAt(values, 'server.image.tag');
  if (chart.product === 'vault') return `${repository}:${tag || 'latest'}`;
  const registry = textAt(values, 'server.image.registry') || 'docker.io';
  return `${registry}/${repository}:${tag || chart.appVersion.replace(/^v/, '')}`;
}

/** The Service of the active node exists in HA mode, and finds it by the labels that the server sets on its pod. */
function activeService(values: Values, mode: ChartMode, full: string, config: string): string {
  const active =
    mode === 'ha' &&
    isTrue(values, 'server.service.active.enabled') &&
    /service_registration["'\s]*[:{]?\s*["{\s]*kubernetes/.test(config);
  return active ? `${full}-active` : full;
}

export function serverFacts(
  chart: OfficialChart,
  values: Values,
  release: { readonly name: string; readonly namespace: string },
): ServerFacts {
  const mode = chartMode(values);
  const serverMode: ServerMode = mode === 'ha' ? 'ha' : 'standalone';
  const full = fullname(chart, values, release.name);
  const config = serverConfigText(chart, values, serverMode, release);
  const env = serverEnv(chart, values, mode, full);
  const more = configArguments(textAt(values, 'server.extraArgs'));
  let storage: StorageFacts | undefined;
  let sealType: string | undefined;
  let configProblem: string | undefined;
  try {
    storage = storageOf(config.text);
    sealType = sealTypeOf(config.text);
  } catch (error) {
    configProblem = error instanceof Error ? error.message : String(error);
  }
  const sealVariable = env.find(({ name }) => /^(?:VAULT|BAO)_SEAL_TYPE$/.test(name))?.value;
  if (sealVariable !== undefined && sealVariable !== 'shamir') sealType ??= sealVariable;
  return {
    product: chart.product,
    chart,
    mode,
    replicas: replicas(values, mode),
    ordered: isOrdered(chart, values),
    fullname: full,
    account: serviceAccountOf(values, full),
    scheme: isSet(values, 'global.tlsDisable') ? 'http' : 'https',
    service: activeService(values, mode, full, config.text),
    servicePort: Number(valueAt(values, 'server.service.port') ?? 8200),
    internalService: `${full}-internal`,
    image: image(chart, values),
    imagePullPolicy: textAt(values, 'server.image.pullPolicy') || 'IfNotPresent',
    dataPath: textAt(values, 'server.dataStorage.mountPath'),
    auditPath: isTrue(values, 'server.auditStorage.enabled')
      ? textAt(values, 'server.auditStorage.mountPath')
      : undefined,
    configFiles: [`/${chart.product}/config/extraconfig-from-values.hcl`, ...more],
    hasUnseenConfig: more.length > 0,
    config,
    storage,
    sealType,
    configProblem,
    env,
    mounts: serverMounts(chart, values, serverMode),
    rights: serverRights(values),
    resources: mapAt(values, 'server.resources'),
    own: {
      initContainers: listAt(values, 'server.extraInitContainers'),
      volumes: listAt(values, 'server.volumes'),
      volumeMounts: listAt(values, 'server.volumeMounts'),
      postStart: listAt(values, 'server.postStart').map(printed),
      imagePullSecrets: listAt(values, 'global.imagePullSecrets'),
    },
  };
}
