/**
 * Tells the store what was restored: one object when the data is in place, a second when the real server confirmed
 * it. Nothing is overwritten. Marks beside the attempt remember what was uploaded; a failure is tried again at the
 * next start.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { LifeboatError } from '../../contract/errors.ts';
import type { Receipt } from '../../contract/manifest.ts';
import { receiptKey } from '../../contract/object-names.ts';
import { writeDurably } from '../durable.ts';
import type { CallOptions, SnapshotStore } from '../store/snapshot-store.ts';

export const RECEIPT_MARK = 'receipt-uploaded';
export const COMPLETED_MARK = 'completed-uploaded';

type Mark = typeof RECEIPT_MARK | typeof COMPLETED_MARK;

/** Uploads once; an object that is there already counts as uploaded (the mark was lost, not the receipt). */
export async function uploadReceipt(
  store: SnapshotStore,
  attemptFolder: string,
  mark: Mark,
  receipt: Receipt,
  options: CallOptions = {},
): Promise<void> {
  const marker = join(attemptFolder, mark);
  if (existsSync(marker)) return;
  const plain = receiptKey(new Date(receipt.restored), receipt.installation ?? 'unknown');
  const key = mark === RECEIPT_MARK ? plain : plain.replace(/\.json$/, '.completed.json');
  const text = `${JSON.stringify(receipt, undefined, 2)}\n`;
  try {
    await store.create(key, Readable.from([Buffer.from(text)]), options);
  } catch (error) {
    const there = error instanceof LifeboatError && (await store.list(key, options)).length > 0;
    if (!there) throw error;
  }
  await writeDurably(marker, `${key}\n`);
}
