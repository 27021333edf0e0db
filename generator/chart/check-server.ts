/** Whether the values install a server that stores in raft, on a data volume that a restore can use. */
import type { Problem } from '../config/problem.ts';
import { BACKUPS_ONLY, type Checked } from './checked.ts';
import { UNKNOWN_TEXT } from './server-config-text.ts';
import { textAt } from './values.ts';

/** A restore must know the seal, which stands in the server's configuration unless lifeboat.yaml says it. */
export function needsConfig({ config, source }: Checked): boolean {
  return config.restore.enabled && config.seal === undefined && !source.has(['restore', 'unseal']);
}

/** What a backup needs too: a server of this chart that stores in raft. */
export function serverProblems(checked: Checked): readonly Problem[] {
  const { facts, user, config } = checked;
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
  if (/(?:^|\s)-{1,2}dev(?=[\s=-]|$)/.test(textAt(user.effective, 'server.extraArgs'))) {
    problems.push(
      user.problem('server.extraArgs', 'the server runs in dev mode, which keeps nothing', 'Remove -dev.'),
    );
  }
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
    if (needsConfig(checked)) {
      problems.push(
        user.problem(
          facts.config.path,
          `the server's configuration cannot be read: ${facts.configProblem}`,
          'Correct it; or, where the server reads it, name its seal in lifeboat.yaml (vault: {seal: auto}, or vault: {seal: shamir}) and nothing in it is checked.',
        ),
      );
    }
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

export function tlsProblems({ facts, source, config }: Checked): readonly Problem[] {
  if (facts.scheme === 'https' || config.tls === undefined) return [];
  return [
    source.at(['vault', 'tls'], 'the chart runs the server without TLS (global.tlsDisable is true)', {
      key: true,
      hint: 'Remove vault.tls, or set global.tlsDisable: false in your values.',
    }),
  ];
}

export function dataProblems({ facts, user }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
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
