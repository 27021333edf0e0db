/** `lifeboat snapshots`: what the store of a backup or restore configuration holds. */
import { createLog } from '../../bootstrap/log.ts';
import { readManifest, readPointer } from '../../bootstrap/read-object.ts';
import { readBackupSlice } from '../../bootstrap/read-slice.ts';
import { openStore } from '../../bootstrap/store/open-store.ts';
import { manifestKey, parseSnapshotKey } from '../../contract/object-names.ts';
import type { CliIo } from '../io.ts';
import { namedFile } from '../named-file.ts';
import { type StoreFlags, storeHere } from '../store-here.ts';

export interface SnapshotsFlags extends StoreFlags {
  readonly config: string;
  readonly json: boolean;
}

export async function runSnapshots(flags: SnapshotsFlags, io: CliIo): Promise<void> {
  const slice = await readBackupSlice(await namedFile('--config', flags.config));
  const log = createLog({ format: 'text', part: 'snapshots', write: io.stderr });
  const store = await openStore(await storeHere(slice.store, flags), slice.name, log);
  const objects = await store.list('snapshots/');
  const pointer = await readPointer(store);
  const known = new Set(objects.map(({ key }) => key));
  const rows = [];
  for (const { key, size } of objects) {
    const name = parseSnapshotKey(key);
    if (name === undefined) continue;
    // One that cannot be read must not hide the others.
    const manifest = known.has(manifestKey(key))
      ? await readManifest(store, manifestKey(key)).catch(() => undefined)
      : undefined;
    rows.push({
      key,
      size,
      taken: name.taken.toISOString(),
      verified: manifest !== undefined,
      latest: pointer?.key === key,
      clusterId: manifest?.cluster.id ?? null,
      version: manifest === undefined ? null : `${manifest.server.product} ${manifest.server.version}`,
    });
  }
  if (flags.json) {
    io.stdout(`${JSON.stringify({ store: store.description, snapshots: rows })}\n`);
    return;
  }
  io.stderr(`${rows.length} snapshot(s) in ${store.description}\n`);
  for (const row of rows) {
    const marks = `${row.latest ? ' latest' : ''}${row.verified ? '' : ' UNVERIFIED'}`;
    io.stdout(`${row.key}\t${row.size}\t${row.clusterId ?? '-'}\t${row.version ?? '-'}${marks}\n`);
  }
}
