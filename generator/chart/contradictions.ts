/** What in the user's values contradicts lifeboat.yaml, or would make a restore fail. Each with the file and line that says so. */
import { hclItems } from '../../contract/hcl-items.ts';
import type { Config } from '../config/config.ts';
import type { Problem } from '../config/problem.ts';
import { looksLikeSecretVariable } from '../config/secret-forms.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import { nameClashes } from './name-clashes.ts';
import { UNKNOWN_TEXT } from './server-config-text.ts';
import { isAmbiguousNumber } from './server-env.ts';
import type { ServerFacts } from './server-facts.ts';
import type { UserValues } from './user-values.ts';
import { isMap, isSet, isTrue, mapAt, printed, textAt, valueAt } from './values.ts';

export interface Checked {
  readonly facts: ServerFacts;
  readonly config: Config;
  readonly source: YamlSource;
  readonly user: UserValues;
}

const BACKUPS_ONLY = 'restore.enabled: false gives backups only.';

/** What a backup needs too: a server of this chart that stores in raft. */
function serverProblems({ facts, user, config }: Checked): readonly Problem[] {
  if (facts.mode === 'dev') {
    return [
      user.problem(
        'server.dev.enabled',
        'the server runs in dev mode, which keeps nothing',
        'Use server.ha with raft.',
      ),
    ];
  }
  if (facts.mode === 'external' || facts.mode === 'none') {
    return [
      user.problem(
        'server',
        'with these values the chart installs no server',
        'Name the values of the release that runs the server.',
      ),
    ];
  }
  const problems: Problem[] = [];
  const namespace = textAt(user.effective, 'global.namespace');
  if (namespace !== '' && namespace !== config.release.namespace) {
    problems.push(
      user.problem(
        'global.namespace',
        `the chart puts the server into namespace ${namespace}, and release.namespace is ${config.release.namespace}`,
        'Make them equal.',
      ),
    );
  }
  if (facts.configProblem !== undefined) {
    problems.push(
      user.problem(facts.config.path, `the server's configuration cannot be read: ${facts.configProblem}`),
    );
    return problems;
  }
  const { storage } = facts;
  if (storage?.type !== 'raft' && !(storage === undefined && facts.hasUnseenConfig)) {
    const seen = storage === undefined ? 'names no storage' : `stores in "${storage.type}"`;
    const hint =
      facts.mode === 'standalone'
        ? `Set server.standalone.config with storage "raft" (one server), or server.ha.enabled and server.ha.raft.enabled with server.ha.replicas: 1.`
        : 'Set server.ha.raft.enabled: true, with storage "raft" in server.ha.raft.config.';
    problems.push(
      user.problem(facts.config.path, `the server ${seen}, and only raft storage has snapshots`, hint),
    );
  }
  return problems;
}

function dataProblems({ facts, user }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  if (facts.replicas > 1) {
    problems.push(
      user.problem(
        'server.ha.replicas',
        `${facts.replicas} servers: a restore of followers is not handled yet`,
        `Set server.ha.replicas: 1, or: ${BACKUPS_ONLY}`,
      ),
    );
  }
  if (!facts.mounts.some(({ name }) => name === 'data')) {
    problems.push(
      user.problem(
        'server.dataStorage.enabled',
        'the server has no data volume, so nothing can be restored onto it',
        `Set server.dataStorage.enabled: true, or: ${BACKUPS_ONLY}`,
      ),
    );
  }
  const path = facts.storage?.path?.replace(/\/+$/, '');
  const variable = facts.env.find(({ name }) => /^(?:VAULT|BAO)_RAFT_PATH$/.test(name))?.value;
  for (const [stored, where] of [
    [path, facts.config.path],
    [variable, 'server.extraEnvironmentVars'],
  ] as const) {
    if (stored === undefined || stored.includes(UNKNOWN_TEXT)) continue;
    if (stored !== facts.dataPath.replace(/\/+$/, '')) {
      problems.push(
        user.problem(
          where,
          `the server stores in ${stored}, and its data volume is mounted at ${facts.dataPath}`,
          'Make the path of storage "raft" and server.dataStorage.mountPath equal.',
        ),
      );
    }
  }
  return problems;
}

function sealProblems({ facts, source, config, user }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  if (facts.sealType !== undefined && source.has(['restore', 'unseal'])) {
    problems.push(
      source.at(
        ['restore', 'unseal'],
        `the server unseals itself (seal "${facts.sealType}" in ${facts.config.path}), so there are no shares to name`,
        {
          key: true,
          hint: 'Remove restore.unseal.',
        },
      ),
    );
  }
  if (facts.sealType !== undefined && config.seal === 'shamir') {
    problems.push(
      source.at(
        ['vault', 'seal'],
        `vault.seal is shamir, and ${facts.config.path} names the seal "${facts.sealType}"`,
        {
          key: true,
          hint: 'Remove vault.seal: it is read from the values.',
        },
      ),
    );
  }
  if (
    facts.hasUnseenConfig &&
    facts.sealType === undefined &&
    config.seal === undefined &&
    !source.has(['restore', 'unseal'])
  ) {
    problems.push(
      user.problem(
        'server.extraArgs',
        `the server reads more files than can be seen here (${facts.configFiles.slice(1).join(', ')}), and one of them may name its seal`,
        'Say it in lifeboat.yaml: vault: {seal: auto}, or vault: {seal: shamir}.',
      ),
    );
  }
  let items: readonly string[] = [];
  try {
    items = facts.config.text.trimStart().startsWith('{')
      ? Object.keys(JSON.parse(facts.config.text) as object)
      : hclItems(facts.config.text).map(({ name }) => name);
  } catch {
    // Named by serverProblems.
  }
  if (items.includes('initialize')) {
    problems.push(
      user.problem(
        facts.config.path,
        'the stanza "initialize" makes a new Vault on an empty disk before anything can be restored',
        `Remove it, or: ${BACKUPS_ONLY}`,
      ),
    );
  }
  return problems;
}

function podProblems({ facts, user }: Checked): readonly Problem[] {
  const values = user.effective;
  const problems: Problem[] = [];
  if (isSet(values, 'server.livenessProbe.enabled') && !isSet(values, 'server.livenessProbe.execCommand')) {
    const path = textAt(values, 'server.livenessProbe.path');
    if (!path.includes('sealedcode=204') || !path.includes('uninitcode=204')) {
      problems.push(
        user.problem(
          'server.livenessProbe.enabled',
          'the liveness probe kills a server that is sealed or not initialised, in the middle of its restore',
          'Set server.livenessProbe.path: "/v1/sys/health?standbyok=true&sealedcode=204&uninitcode=204".',
        ),
      );
    }
  }
  if (isSet(values, 'server.shareProcessNamespace')) {
    problems.push(
      user.problem(
        'server.shareProcessNamespace',
        'with a shared process namespace the log of the worker would vanish, and its signals would meet the wrong process',
        'Set server.shareProcessNamespace: false.',
      ),
    );
  }
  if (
    /\boperator\s+(?:init|unseal)\b|sys\/(?:init|unseal)\b|snapshot\s+restore/.test(
      facts.own.postStart.join(' '),
    )
  ) {
    problems.push(
      user.problem(
        'server.postStart',
        'this hook initialises, unseals or restores the server, and lifeboat does that',
        'Remove it from server.postStart.',
      ),
    );
  }
  for (const list of [
    'extraInitContainers',
    'volumes',
    'volumeMounts',
    'postStart',
    'extraSecretEnvironmentVars',
    'extraVolumes',
    'extraContainers',
  ]) {
    const value = valueAt(values, `server.${list}`);
    if (value !== undefined && value !== null && !Array.isArray(value)) {
      problems.push(user.problem(`server.${list}`, `server.${list} must be a list`));
    }
  }
  const context = valueAt(values, 'server.statefulSet.securityContext.container');
  if (typeof context === 'string' && context !== '') {
    problems.push(
      user.problem(
        'server.statefulSet.securityContext.container',
        'the security context is text, and lifeboat gives the same one to its own container',
        'Write it as a map.',
      ),
    );
  }
  return problems;
}

function environmentProblems({ user }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(mapAt(user.effective, 'server.extraEnvironmentVars'))) {
    const path = ['server.extraEnvironmentVars', name].join('.');
    if (isMap(value) || Array.isArray(value)) {
      problems.push(user.problem(path, `${name} must be text`));
    } else if (isAmbiguousNumber(value)) {
      problems.push(
        user.problem(
          path,
          `the chart would print this number in another form`,
          `Put it into quotes: "${printed(value)}".`,
        ),
      );
    } else if (looksLikeSecretVariable(name, printed(value))) {
      // The line is not shown: it holds the secret.
      const { source: _line, ...problem } = user.problem(
        path,
        `${name} looks like a secret and is written as plain text`,
        `Put it into a Secret: server.extraSecretEnvironmentVars: [{envName: ${name}, secretName: ..., secretKey: ${name}}].`,
      );
      problems.push(problem);
    }
  }
  return problems;
}

function tlsProblems({ facts, source, config }: Checked): readonly Problem[] {
  if (facts.scheme === 'https' || config.tls === undefined) return [];
  return [
    source.at(['vault', 'tls'], 'the chart runs the server without TLS (global.tlsDisable is true)', {
      key: true,
      hint: 'Remove vault.tls, or set global.tlsDisable: false in your values.',
    }),
  ];
}

export function contradictions(checked: Checked): readonly Problem[] {
  const server = serverProblems(checked);
  const { mode } = checked.facts;
  if (mode !== 'ha' && mode !== 'standalone') return server;
  const always = [...server, ...tlsProblems(checked)];
  if (!checked.config.restore.enabled) return always;
  return [
    ...always,
    // Without raft storage nothing can be said of its data.
    ...(server.length > 0 ? [] : dataProblems(checked)),
    ...sealProblems(checked),
    ...podProblems(checked),
    ...environmentProblems(checked),
    ...nameClashes(checked),
  ];
}

/** Worth a look, though nothing stops. One sentence each. */
export function warnings({ facts, user, config }: Checked): readonly string[] {
  const found: string[] = [];
  const { image, store, restore } = config;
  if (image.digest === undefined && (image.pullPolicy === 'Always' || image.tag === 'latest')) {
    found.push(
      'image: a tag that moves, or pullPolicy Always, makes every start of Vault depend on the registry; use a digest and IfNotPresent.',
    );
  }
  if ('directory' in store) {
    if (store.directory.volume.hostPath !== undefined) {
      found.push(
        'store.directory: a hostPath is a folder of one node; it is lost with that node, and other nodes do not see it.',
      );
    }
    if (restore.enabled) {
      found.push(
        'store.directory: the kubelet mounts the volume before anything starts; while it cannot, Vault does not start either.',
      );
    }
  } else if (restore.enabled && store.s3.secret === undefined && !serverHasIdentity(user)) {
    found.push(
      'store.s3: without a secretRef the server pods need an identity that may read the bucket; your values give their service account none (server.serviceAccount.annotations).',
    );
  }
  if (facts.scheme === 'https' && config.tls?.ca === undefined) {
    found.push('vault.tls.ca is not set: the certificate of the server must come from a public CA.');
  }
  if (
    isTrue(user.effective, 'server.livenessProbe.enabled') &&
    isSet(user.effective, 'server.livenessProbe.execCommand')
  ) {
    found.push(
      'server.livenessProbe.execCommand: make sure that it lets a sealed and a not yet initialised server live.',
    );
  }
  if (textAt(user.effective, 'server.persistentVolumeClaimRetentionPolicy.whenDeleted') === 'Delete') {
    found.push(
      'server.persistentVolumeClaimRetentionPolicy.whenDeleted: Delete removes the data with the release; then the newest snapshot is all there is.',
    );
  }
  return found;
}

function serverHasIdentity(user: UserValues): boolean {
  return isSet(user.effective, 'server.serviceAccount.annotations');
}
