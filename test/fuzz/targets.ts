/**
 * Every reader of bytes that somebody else wrote: what a store holds, what a server says, what people and their files
 * give. Each either takes the bytes or refuses them with a LifeboatError; nothing else may come out of it.
 */
import { Readable } from 'node:stream';
import { parseShareText } from '../../bootstrap/keys/share-text.ts';
import { readManifest, readPointer } from '../../bootstrap/read-object.ts';
import { parseRestoreSlice } from '../../bootstrap/read-slice.ts';
import { verifyArchive } from '../../bootstrap/snapshot/archive.ts';
import { readSealedSums } from '../../bootstrap/snapshot/sealed-sums.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import { checkKey } from '../../bootstrap/store/store-key.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { HclSyntaxError } from '../../contract/hcl-items.ts';
import { parseSnapshotKey } from '../../contract/object-names.ts';
import { privateServerConfig, sealTypeOf, storageOf } from '../../contract/server-config.ts';
import { cronProblem } from '../../generator/config/cron.ts';
import { decodeText } from '../../generator/config/decode.ts';
import { loadConfig } from '../../generator/config/load.ts';
import { renderedSlices } from './rendered-slices.ts';

export interface Target {
  readonly name: string;
  /** Good inputs besides those of corpus/NAME, where those that once did harm are, too. */
  readonly good?: () => readonly Buffer[];
  readonly read: (bytes: Buffer) => Promise<unknown> | unknown;
}

const SERVER = { path: '/data', port: 1, clusterPort: 2 };

/** A store in which every object holds these bytes. */
function storeOf(bytes: Buffer): SnapshotStore {
  const no = (): never => {
    throw new Error('a reader of one object asks for nothing else');
  };
  return {
    description: 's3://bucket/prod',
    list: no,
    read: async () => Readable.from([bytes]),
    create: no,
    replace: no,
    remove: no,
    probe: no,
    removeUnfinished: no,
  };
}

export const TARGETS: readonly Target[] = [
  { name: 'archive', read: (bytes) => verifyArchive(Readable.from([bytes])) },
  { name: 'sealed-sums', read: (bytes) => readSealedSums(bytes) },
  { name: 'pointer', read: (bytes) => readPointer(storeOf(bytes)) },
  { name: 'manifest', read: (bytes) => readManifest(storeOf(bytes), 'snapshots/a.manifest.json') },
  {
    name: 'object-name',
    read: (bytes) => {
      const key = bytes.toString('utf8');
      parseSnapshotKey(key);
      checkKey(key);
    },
  },
  { name: 'shares', read: (bytes) => parseShareText(bytes.toString('utf8'), 'shares') },
  {
    name: 'restore-slice',
    good: renderedSlices,
    read: (bytes) => parseRestoreSlice(bytes.toString('utf8'), 'LIFEBOAT_CONFIG'),
  },
  {
    name: 'server-config',
    read: (bytes) => {
      const text = bytes.toString('utf8');
      try {
        storageOf(text);
        sealTypeOf(text);
        privateServerConfig([{ name: 'server.hcl', text }], SERVER);
      } catch (error) {
        // Each of its callers makes a sentence of this one, with the file's name.
        if (error instanceof HclSyntaxError) throw new LifeboatError('config', error.message);
        throw error;
      }
    },
  },
  {
    name: 'lifeboat-yaml',
    read: (bytes) => {
      const decoded = decodeText(bytes);
      if ('text' in decoded) loadConfig('lifeboat.yaml', decoded.text);
    },
  },
  { name: 'schedule', read: (bytes) => cronProblem(bytes.toString('utf8')) },
];

/** Resolves where the target took or refused the bytes; anything else is what it must never do. */
export async function feed(target: Target, bytes: Buffer): Promise<'taken' | 'refused'> {
  try {
    await target.read(bytes);
    return 'taken';
  } catch (error) {
    if (error instanceof LifeboatError) return 'refused';
    throw error;
  }
}
