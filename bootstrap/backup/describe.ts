/** The manifest of a stored snapshot: pure. */
import type { Manifest } from '../../contract/manifest.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import { VERSION } from '../../contract/version.ts';
import type { ArchiveFacts } from '../snapshot/archive.ts';
import type { ServerFacts } from './ask-server.ts';

export interface StoredArchive {
  readonly key: string;
  readonly facts: ArchiveFacts;
}

export function manifestOf(input: {
  readonly slice: BackupSlice;
  readonly facts: ServerFacts;
  readonly archive: StoredArchive;
  readonly started: Date;
  readonly finished: Date;
}): Manifest {
  const { slice, facts, archive, started, finished } = input;
  const { sealed, meta } = archive.facts;
  return {
    version: 1,
    name: slice.name,
    key: archive.key,
    archive: archive.facts.archive,
    state: archive.facts.state,
    raft: { index: meta.index, term: meta.term },
    server: { product: slice.vault.product, version: facts.health.version },
    cluster: { id: facts.clusterId, name: facts.health.clusterName ?? '' },
    seal: {
      type: facts.seal.type,
      keyId: sealed.keyId,
      shares: facts.seal.shares,
      threshold: facts.seal.threshold,
    },
    ...(facts.audit === undefined ? {} : { audit: facts.audit.map((device) => ({ ...device })) }),
    taken: {
      started: started.toISOString(),
      finished: finished.toISOString(),
      seconds: (finished.getTime() - started.getTime()) / 1000,
    },
    tool: { version: VERSION },
    replicas: slice.vault.peers.length,
    installation: slice.installation,
  };
}
