/** Whether several servers can come back together: each finds the others, and the ordinals that lifeboat.yaml names exist. */
import type { Problem } from '../config/problem.ts';
import type { Checked } from './checked.ts';
import { missingPeers, retryJoinLines } from './retry-join.ts';

/** A server whose disk is lost has to find another one than itself. */
const LED_TO = 2;

function joinProblems({ facts, config, user }: Checked): readonly Problem[] {
  if (facts.configProblem !== undefined || config.raftConfig === 'render') return [];
  const missing = missingPeers(facts);
  const first = `${facts.fullname}-0.`;
  if (facts.replicas - missing.length >= LED_TO && !missing.some((peer) => peer.startsWith(first))) return [];
  if (missing.length === 0) return [];
  const lines = retryJoinLines(missing, facts, config.tls).map((line) => `\n    ${line}`);
  return [
    user.problem(
      facts.config.path,
      `${facts.replicas} servers, and no retry_join leads to ${missing.join(', ')}: after a restore the empty ones would not find the restored one`,
      `Set vault.raftConfig: render in lifeboat.yaml, or add to the stanza storage "raft":${lines.join('')}`,
    ),
  ];
}

function assumedProblems({ facts, config, source }: Checked): readonly Problem[] {
  // A rehearsal is laid over the file of the original, and may have fewer servers.
  if (config.restore.rehearsalOf !== undefined) return [];
  const ordinals = `${facts.replicas > 2 ? '1 to ' : ''}${facts.replicas - 1}`;
  return config.restore.assumeLost
    .filter((ordinal) => ordinal >= facts.replicas)
    .map((ordinal) =>
      source.at(
        ['restore', 'assumeLost'],
        `there is no server ${ordinal}: the values have ${facts.replicas}`,
        {
          key: true,
          hint:
            facts.replicas < 2
              ? 'Remove restore.assumeLost: the one server waits for no other.'
              : `Name ordinals from ${ordinals}, or remove it.`,
        },
      ),
    );
}

export function replicaProblems(checked: Checked): readonly Problem[] {
  const joins = checked.facts.replicas > 1 ? joinProblems(checked) : [];
  return [...joins, ...assumedProblems(checked)];
}

export function replicaWarnings({ facts, config }: Checked): readonly string[] {
  const { assumeLost } = config.restore;
  if (assumeLost.length === 0) return [];
  const pods = assumeLost.map((ordinal) => `${facts.fullname}-${ordinal}`).join(', ');
  return [
    `restore.assumeLost: with this an empty ${facts.fullname}-0 restores a snapshot although ${pods} may still have newer data, which is then lost or a second Vault. Use it only where that data is gone for good, and remove it when the servers are back.`,
  ];
}
