/**
 * Reads SHA256SUMS.sealed, the last member of a snapshot: SHA256SUMS once more, encrypted by the server's seal.
 * It is a protobuf message: 1 ciphertext, 2 iv, 5 key info (3 key id, 5 wrapped key).
 */
import { damaged } from './damage.ts';
import { protobufFields } from './protobuf-fields.ts';

export type SealedSums =
  | {
      readonly kind: 'shamir';
      readonly keyId: '';
      /** 12 bytes nonce, AES-256-GCM ciphertext, 16 bytes tag. */
      readonly ciphertext: Uint8Array;
    }
  | {
      readonly kind: 'auto';
      /** Which key of the key service: an ARN, a resource name, a version. */
      readonly keyId: string;
    };

const EMPTY = new Uint8Array();

/** The bytes of the wanted fields; undefined where the message is malformed or has one of them twice or as a number. */
function byteFields(bytes: Uint8Array, wanted: readonly number[]): Map<number, Uint8Array> | undefined {
  const found = new Map<number, Uint8Array>();
  const fields = protobufFields(bytes);
  if (fields === undefined) return undefined;
  for (const { number, value } of fields) {
    if (!wanted.includes(number)) continue;
    if (value === undefined || found.has(number)) return undefined;
    found.set(number, value);
  }
  return found;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function readSealedSums(bytes: Uint8Array): SealedSums {
  const blob = byteFields(bytes, [1, 2, 5]);
  const keyInfo = byteFields(blob?.get(5) ?? EMPTY, [3, 5]);
  const keyId = utf8(keyInfo?.get(3) ?? EMPTY);
  const ciphertext = blob?.get(1) ?? EMPTY;
  if (blob === undefined || keyInfo === undefined || keyId === undefined || ciphertext.length === 0)
    throw damaged(
      `SHA256SUMS.sealed of the snapshot (${bytes.length} bytes) is not what a server's seal writes`,
    );
  // Only Shamir has none of the three; a key service without a name for its key still leaves an iv or a wrapped key.
  const shamir =
    keyId === '' && (blob.get(2) ?? EMPTY).length === 0 && (keyInfo.get(5) ?? EMPTY).length === 0;
  return shamir ? { kind: 'shamir', keyId: '', ciphertext } : { kind: 'auto', keyId };
}
