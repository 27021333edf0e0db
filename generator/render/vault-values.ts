/**
 * vault-values.yaml: the overlay for the official chart. Helm replaces lists, so the user's own entries stand
 * beside ours; nothing in it refers to another object of ours, so that either chart may be installed first.
 */
import {
  CONFIG_VARIABLE,
  initCommand,
  MOUNTS,
  postStartCommand,
  restoreCommand,
} from '../../contract/pod.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { annotationValues, serverIdentity } from '../chart/server-identity.ts';
import { literalForTemplate } from '../chart/template-text.ts';
import type { Values } from '../chart/values.ts';
import type { Plan } from '../plan/plan.ts';
import { mountOf, storeMounts, unsealMounts, vaultCaMounts, volumeOf } from '../plan/pod-mounts.ts';
import type { RenderedFile } from './file.ts';
import { imageReference } from './image.ts';
import { type Comment, yamlText } from './yaml-text.ts';

const RUN_VOLUME = 'lifeboat-run';

/**
 * JSON for an environment variable inside a Helm value. The kubelet would expand `$(NAME)` and OpenBao's chart
 * evaluates `{{`: both characters are written as JSON escapes, which every reader of JSON undoes.
 */
export function sliceVariable(slice: RestoreSlice): string {
  return JSON.stringify(slice).replaceAll('$', '\\u0024').replaceAll('{{', '{\\u007b');
}

function initContainer(plan: Plan, slice: RestoreSlice): Values {
  const { config, facts } = plan;
  return {
    name: 'lifeboat-init',
    image: imageReference(config.image),
    imagePullPolicy: config.image.pullPolicy,
    command: initCommand(facts.dataPath),
    env: [
      { name: CONFIG_VARIABLE, value: sliceVariable(slice) },
      { name: 'HOSTNAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    volumeMounts: [
      { name: 'data', mountPath: facts.dataPath },
      { name: RUN_VOLUME, mountPath: MOUNTS.run },
      ...[...storeMounts(config), ...unsealMounts(config)].map((mount) => mountOf(mount, 'read')),
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  };
}

function oursInServerImage(plan: Plan, access: 'read' | 'write'): readonly Values[] {
  const { config } = plan;
  const mounts = [...storeMounts(config), ...unsealMounts(config), ...vaultCaMounts(config)];
  return [{ name: RUN_VOLUME, mountPath: MOUNTS.run }, ...mounts.map((mount) => mountOf(mount, access))];
}

function restoreContainer(plan: Plan): Values {
  const { facts } = plan;
  return {
    name: 'lifeboat-restore',
    image: facts.image,
    imagePullPolicy: facts.imagePullPolicy,
    command: restoreCommand(facts.dataPath),
    env: facts.env,
    volumeMounts: [...facts.mounts, ...oursInServerImage(plan, 'read')],
    ...(facts.securityContext === undefined ? {} : { securityContext: facts.securityContext }),
    ...(Object.keys(facts.resources).length === 0 ? {} : { resources: facts.resources }),
  };
}

/** What makes the server somebody to the store; nothing where the user's values say it already. */
function identityValues({ config, facts }: Plan): Values {
  const { annotations, podLabels } = serverIdentity(config, facts.account);
  const values = annotationValues(annotations, facts.account.annotations);
  return {
    ...(values === undefined ? {} : { serviceAccount: { annotations: values } }),
    ...(Object.keys(podLabels).length === 0 ? {} : { extraLabels: podLabels }),
  };
}

/** The overlay as data; an empty map where no restore is wanted. */
export function vaultValues(plan: Plan): Values {
  const { config, facts, restore } = plan;
  if (restore === undefined) return {};
  const ours = [initContainer(plan, restore), restoreContainer(plan)].map((container) =>
    facts.chart.traits.initContainersAreTemplates ? literalForTemplate(container) : container,
  );
  const mounted = [...storeMounts(config), ...unsealMounts(config), ...vaultCaMounts(config)];
  const pullSecrets = config.imagePullSecrets.map((name) => ({ name }));
  return {
    ...(pullSecrets.length === 0
      ? {}
      : { global: { imagePullSecrets: [...facts.own.imagePullSecrets, ...pullSecrets] } }),
    server: {
      extraInitContainers: [...ours, ...facts.own.initContainers],
      volumes: [...facts.own.volumes, { name: RUN_VOLUME, emptyDir: {} }, ...mounted.map(volumeOf)],
      volumeMounts: [...facts.own.volumeMounts, ...oursInServerImage(plan, 'write')],
      postStart: postStartCommand(facts.own.postStart),
      ...identityValues(plan),
    },
  };
}

const COMMENTS: readonly Comment[] = [
  {
    path: ['server', 'extraInitContainers', 0],
    text: 'Looks at the data volume. With data on it: nothing else happens. Without: finds, downloads and verifies a snapshot.',
  },
  {
    path: ['server', 'extraInitContainers', 1],
    text: "The server's own image, environment and mounts: restores into a private folder, proves the result, renames it into place.",
  },
  {
    path: ['server', 'volumes'],
    text: 'Your own entries first, then ours (lifeboat-*). Helm replaces lists.',
  },
  {
    path: ['server', 'postStart'],
    text: 'Starts a worker that unseals, or says who is waited for, and returns at once; then your own hook.',
  },
];

export function vaultValuesFile(plan: Plan): RenderedFile {
  const { release, restore } = plan.config;
  const what = restore.enabled
    ? `Values for ${release.chart} ${release.chartVersion}: give them after your own values files.`
    : 'restore.enabled is false: nothing is added to the server.';
  return {
    name: 'vault-values.yaml',
    text: yamlText(vaultValues(plan), `${plan.header}\n${what}`, COMMENTS),
  };
}
