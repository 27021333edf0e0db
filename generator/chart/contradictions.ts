/** What in the user's values contradicts lifeboat.yaml, or would make a restore fail. Each with the file and line that says so. */
import type { Problem } from '../config/problem.ts';
import { environmentProblems, podProblems } from './check-pod.ts';
import { raftConfigProblems } from './check-raft-config.ts';
import { replicaProblems } from './check-replicas.ts';
import { sealProblems } from './check-seal.ts';
import { dataProblems, serverProblems, tlsProblems } from './check-server.ts';
import type { Checked } from './checked.ts';
import { mountClashes } from './mount-clashes.ts';
import { nameClashes } from './name-clashes.ts';
import { variableClashes } from './variable-clashes.ts';

export function contradictions(checked: Checked): readonly Problem[] {
  const server = serverProblems(checked);
  const { mode } = checked.facts;
  if (mode !== 'ha' && mode !== 'standalone') return server;
  const always = [...server, ...tlsProblems(checked), ...raftConfigProblems(checked)];
  if (!checked.config.restore.enabled) return always;
  return [
    ...always,
    // Without raft storage nothing can be said of its data, nor of its peers.
    ...(server.length > 0 ? [] : [...dataProblems(checked), ...replicaProblems(checked)]),
    ...sealProblems(checked),
    ...podProblems(checked),
    ...environmentProblems(checked),
    ...nameClashes(checked),
    ...mountClashes(checked),
    ...variableClashes(checked),
  ];
}
