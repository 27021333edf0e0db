/** Reads small JSON objects of a store and checks them against their schema. */
import { LifeboatError } from '../contract/errors.ts';
import type { Manifest, Pointer, Receipt } from '../contract/manifest.ts';
import { POINTER } from '../contract/object-names.ts';
import { validateManifest, validatePointer, validateReceipt } from '../generated/validators.js';
import type { CallOptions, SnapshotStore } from './store/snapshot-store.ts';

const LIMIT = 1024 * 1024;

interface Validator {
  (data: unknown): boolean;
  errors?: readonly { instancePath: string; message?: string }[] | null | undefined;
}

async function readText(store: SnapshotStore, key: string, options: CallOptions): Promise<string> {
  const body = await store.read(key, options);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size > LIMIT) {
      body.destroy();
      throw new LifeboatError('integrity', `${key} is larger than 1 MiB; no manifest or pointer is`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readChecked<T>(
  store: SnapshotStore,
  key: string,
  validate: Validator,
  options: CallOptions,
): Promise<T> {
  const text = await readText(store, key, options);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LifeboatError('integrity', `${key} in ${store.description} is no JSON`);
  }
  if (!validate(value)) {
    const first = validate.errors?.[0];
    throw new LifeboatError(
      'integrity',
      `${key} in ${store.description} is damaged or from another version: ${first?.instancePath ?? ''} ${first?.message ?? ''}`,
    );
  }
  return value as T;
}

/** The pointer, or undefined where none was written yet. A damaged pointer throws `integrity`. */
export async function readPointer(
  store: SnapshotStore,
  options: CallOptions = {},
): Promise<Pointer | undefined> {
  try {
    return await readChecked<Pointer>(store, POINTER, validatePointer, options);
  } catch (error) {
    if (error instanceof LifeboatError && error.exit === 'noSnapshot') return undefined;
    throw error;
  }
}

export function readManifest(
  store: SnapshotStore,
  key: string,
  options: CallOptions = {},
): Promise<Manifest> {
  return readChecked<Manifest>(store, key, validateManifest, options);
}

export function readReceipt(store: SnapshotStore, key: string, options: CallOptions = {}): Promise<Receipt> {
  return readChecked<Receipt>(store, key, validateReceipt, options);
}
