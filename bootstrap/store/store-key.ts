/** Which keys a store takes: what a pointer or a folder of strangers says must not lead out of the store's own place. */
import { LifeboatError } from '../../contract/errors.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this refuses
const FORBIDDEN = /[\u0000-\u001f\u007f\\]/;

function badSegment(segment: string): boolean {
  // Names that begin with a dot are temporary files of a directory store, so no object may have one.
  return segment === '' || segment.startsWith('.');
}

/** Throws unless the key is a plain relative path: no `..`, no empty or hidden part, no control character. */
export function checkKey(key: string): void {
  if (!FORBIDDEN.test(key) && !key.split('/').some(badSegment)) return;
  throw new LifeboatError('store', `${JSON.stringify(key)} is not allowed as the key of an object`, {
    hint: 'keys are relative paths without "..", hidden parts and control characters',
  });
}

/** The same for the start of keys, which may end anywhere: `''`, `snapshots/`, `snapshots/2026`. */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}

/** Ascending order of keys, by code unit as S3 does for the ASCII keys of ours; never by locale. */
export function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
