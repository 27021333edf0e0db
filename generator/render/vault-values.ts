/**
 * vault-values.yaml: the overlay for the official chart. Helm replaces lists, so the user's own entries stand
 * beside ours; nothing in it refers to another object of ours, so that either chart may be installed first.
 */
import { postStartCommand } from '../../contract/pod.ts';
import { raftConfigWithPeers } from '../chart/raft-config.ts';
import { annotationValues, serverIdentity } from '../chart/server-identity.ts';
import { literalForTemplate } from '../chart/template-text.ts';
import { isMap, type Values } from '../chart/values.ts';
import type { Plan } from '../plan/plan.ts';
import { storeMounts, unsealMounts, vaultCaMounts, volumeOf } from '../plan/pod-mounts.ts';
import type { RenderedFile } from './file.ts';
import { initContainer, oursInServerImage, RUN_VOLUME, restoreContainer } from './restore-containers.ts';
import { type Comment, yamlText } from './yaml-text.ts';

/** What makes the server somebody to the store; nothing where the user's values say it already. */
function identityValues({ config, facts }: Plan): Values {
  const { annotations, podLabels } = serverIdentity(config, facts.account);
  const values = annotationValues(annotations, facts.account.annotations);
  return {
    ...(values === undefined ? {} : { serviceAccount: { annotations: values } }),
    ...(Object.keys(podLabels).length === 0 ? {} : { extraLabels: podLabels }),
  };
}

/** The server's own configuration, only where it was asked for. */
function raftValues({ config, facts }: Plan): Values {
  if (config.raftConfig === 'keep') return {};
  return { ha: { raft: { config: raftConfigWithPeers(facts, config.tls) } } };
}

/** The overlay as data; an empty map where neither a restore nor the raft configuration is wanted. */
export function vaultValues(plan: Plan): Values {
  const { config, facts, restore } = plan;
  const raft = raftValues(plan);
  if (restore === undefined) return Object.keys(raft).length === 0 ? {} : { server: raft };
  const ours = [initContainer(plan, restore), restoreContainer(plan)].map((container) =>
    facts.chart.traits.initContainersAreTemplates ? literalForTemplate(container) : container,
  );
  const mounted = [...storeMounts(config, 'restore'), ...unsealMounts(config), ...vaultCaMounts(config)];
  const theirs = facts.own.imagePullSecrets.map((entry) => (isMap(entry) ? entry.name : entry));
  const pullSecrets = config.imagePullSecrets
    .filter((name) => !theirs.includes(name))
    .map((name) => ({ name }));
  return {
    ...(pullSecrets.length === 0
      ? {}
      : { global: { imagePullSecrets: [...facts.own.imagePullSecrets, ...pullSecrets] } }),
    server: {
      ...raft,
      // Theirs first: some make the volumes ready on which ours work, or fetch what the server's configuration names.
      extraInitContainers: [...facts.own.initContainers, ...ours],
      volumes: [...facts.own.volumes, { name: RUN_VOLUME, emptyDir: {} }, ...mounted.map(volumeOf)],
      volumeMounts: [...facts.own.volumeMounts, ...oursInServerImage(plan, 'write')],
      postStart: postStartCommand(facts.own.postStart),
      ...identityValues(plan),
    },
  };
}

/** `theirs` init containers stand before ours. */
const comments = (theirs: number): readonly Comment[] => [
  {
    path: ['server', 'extraInitContainers', theirs],
    text: 'Looks at the data volume. With data on it: nothing else happens. Without: finds, downloads and verifies a snapshot.',
  },
  {
    path: ['server', 'extraInitContainers', theirs + 1],
    text: "The server's own image, environment and mounts: restores into a private folder, proves the result, renames it into place.",
  },
  {
    path: ['server', 'ha', 'raft', 'config'],
    text: 'Yours, with a retry_join for each server that yours leads to by none (vault.raftConfig: render).',
  },
  {
    path: ['server', 'volumes'],
    text: 'Your own entries first, then ours (lifeboat-*). Helm replaces lists.',
  },
  {
    path: ['server', 'postStart'],
    text: 'Starts a worker that unseals, or says who is waited for, and returns at once; then your own hook, whose exit code counts.',
  },
];

export function vaultValuesFile(plan: Plan): RenderedFile {
  const { release, restore, raftConfig } = plan.config;
  const what = restore.enabled
    ? `Values for ${release.chart} ${release.chartVersion}: give them after your own values files.`
    : `restore.enabled is false: nothing is added to the server${raftConfig === 'keep' ? '' : ' but its raft configuration'}.`;
  return {
    name: 'vault-values.yaml',
    text: yamlText(
      vaultValues(plan),
      `${plan.header}\n${what}`,
      comments(plan.facts.own.initContainers.length),
    ),
  };
}
