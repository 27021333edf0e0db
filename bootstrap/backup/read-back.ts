/** Reads a stored snapshot back, whole: what counts is what the store gives out, not what was sent. */
import { createHash } from 'node:crypto';
import { LifeboatError } from '../../contract/errors.ts';
import type { CallOptions, SnapshotStore } from '../store/snapshot-store.ts';

export async function readBack(
  store: SnapshotStore,
  key: string,
  expected: { readonly size: number; readonly sha256: string },
  options: CallOptions = {},
): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of await store.read(key, options)) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  const sha256 = hash.digest('hex');
  if (size === expected.size && sha256 === expected.sha256) return;
  throw new LifeboatError(
    'integrity',
    `${key} came back from ${store.description} as ${size} bytes with sha256 ${sha256}, but ${expected.size} bytes with ${expected.sha256} were sent; latest.json still names the snapshot before it`,
    {
      hint: 'the store or the way to it damages data; run the backup again and look at the store if it lasts',
    },
  );
}
