/** lifeboat-values.yaml: the values of charts/vault-lifeboat. */

import type { Values } from '../chart/values.ts';
import type { Config } from '../config/config.ts';
import { staticKey } from '../config/static-key.ts';
import { storeIdentity } from '../config/store-identity.ts';
import type { Plan } from '../plan/plan.ts';
import { authMounts, type PodMount, storeMounts, vaultCaMounts } from '../plan/pod-mounts.ts';
import type { RenderedFile } from './file.ts';
import { yamlText } from './yaml-text.ts';

/** Beside the limit that the bundle keeps itself, so that it can still say what took too long. */
const DEADLINE_SLACK_SECONDS = 300;

function chartMount({ name, mountPath, source }: PodMount): Values {
  if ('volume' in source) return { name, mountPath, volume: source.volume };
  const key = source.key === undefined ? {} : { key: source.key };
  return 'secret' in source
    ? { name, mountPath, secret: { name: source.secret, ...key } }
    : { name, mountPath, configMap: { name: source.configMap, ...key } };
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}

/** The ports that the backup must reach: Vault's Service and servers, and the store. */
function egressPorts({ config, backup }: Plan): readonly number[] {
  const urls = [backup.vault.address, ...backup.vault.peers];
  const { store } = config;
  const ports = urls.map(portOf);
  // The clouds' own addresses, and their identity services, are on 443.
  if (!('directory' in store)) ports.push(443);
  const endpoint = 'directory' in store ? undefined : Object.values(store)[0].endpoint;
  if (endpoint !== undefined) ports.push(portOf(endpoint));
  // GKE's metadata server, which gives out workload identities: 988 behind 80.
  if ('gcs' in store && staticKey(store, 'backup') === undefined) ports.push(80, 988);
  return [...new Set(ports)].sort((a, b) => a - b);
}

function serviceAccount(config: Config): Values {
  const { name, annotations } = config.backup.serviceAccount;
  return {
    create: true,
    name,
    annotations: { ...storeIdentity(config, 'backup').annotations, ...annotations },
  };
}

export function lifeboatValues(plan: Plan): Values {
  const { config, names } = plan;
  const { backup, image } = config;
  const { labels, annotations, ...pod } = backup.pod;
  const podLabels = { ...storeIdentity(config, 'backup').podLabels, ...labels };
  const kubernetes = 'kubernetes' in backup.auth ? backup.auth.kubernetes : undefined;
  return {
    fullnameOverride: names.lifeboat,
    image: {
      repository: image.repository,
      ...(image.tag === undefined ? {} : { tag: image.tag }),
      ...(image.digest === undefined ? {} : { digest: image.digest }),
      pullPolicy: image.pullPolicy,
    },
    imagePullSecrets: config.imagePullSecrets.map((name) => ({ name })),
    config: plan.backup,
    backup: {
      schedule: backup.schedule,
      timeZone: backup.timeZone,
      suspend: !backup.enabled,
      activeDeadlineSeconds: backup.timeoutSeconds + DEADLINE_SLACK_SECONDS,
    },
    serviceAccount: serviceAccount(config),
    vaultToken:
      kubernetes === undefined ? { enabled: false } : { enabled: true, audience: kubernetes.audience },
    mounts: [...storeMounts(config, 'backup'), ...authMounts(config), ...vaultCaMounts(config)].map(
      chartMount,
    ),
    networkPolicy: { enabled: true, egressPorts: egressPorts(plan) },
    ...(Object.keys(podLabels).length === 0 ? {} : { podLabels }),
    ...(annotations === undefined ? {} : { podAnnotations: annotations }),
    ...pod,
  };
}

export function lifeboatValuesFile(plan: Plan): RenderedFile {
  const header = `${plan.header}\nValues for charts/vault-lifeboat.`;
  return {
    name: 'lifeboat-values.yaml',
    text: yamlText(lifeboatValues(plan), header, [
      { path: ['config'], text: 'What the backup does; it reads this as a file.' },
    ]),
  };
}
