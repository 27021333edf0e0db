/**
 * Reads unseal shares from text: one a line in base64 or hex (blank lines and `#` comments allowed), or the JSON that
 * `operator init -format=json` prints or `sys/init` answers. Messages name the place and never the content.
 */
import { inspect } from 'node:util';
import { LifeboatError } from '../../contract/errors.ts';

export interface ShareSet {
  readonly name: string;
  /** 33 bytes each, or one key of 32 bytes where the Vault has a single share. */
  readonly shares: readonly Uint8Array[];
}

const FORMAT = 'put one share a line, in base64 or hex, or the JSON of `operator init -format=json`';
const LISTS = ['unseal_keys_b64', 'unseal_keys_hex', 'keys_base64', 'keys'] as const;

/** A set that prints itself by its name and count alone. */
export function shareSet(name: string, shares: readonly Uint8Array[]): ShareSet {
  const printed = () => ({ name, shares: `[${shares.length} redacted]` });
  const set: ShareSet = { name, shares };
  Object.defineProperty(set, 'toJSON', { value: printed });
  Object.defineProperty(set, inspect.custom, { value: printed });
  return set;
}

function refused(message: string, hint: string = FORMAT): LifeboatError {
  return new LifeboatError('keys', message, { hint });
}

function decode(text: string): Uint8Array | undefined {
  if (/^([0-9a-f]{64}|[0-9a-f]{66})$/i.test(text)) return Buffer.from(text, 'hex');
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** `place`: `line 3 of NAME`. */
function readShare(text: string, place: string): Uint8Array {
  const bytes = decode(text);
  if (bytes === undefined) throw refused(`${place} is no unseal share: neither base64 nor hex`);
  if (bytes.length === 32 || bytes.length === 33) return bytes;
  const hint =
    bytes.length > 100 ? 'a share that was encrypted with PGP has to be decrypted first (`gpg -d`)' : FORMAT;
  throw refused(`${place} is no unseal share: it has ${bytes.length} bytes, not 33 (or 32)`, hint);
}

function readJson(text: string, name: string): readonly Uint8Array[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which is a secret.
    throw refused(`${name} begins like JSON, but is none`);
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const list = LISTS.find((key) => Array.isArray(fields[key]) && (fields[key] as unknown[]).length > 0);
  if (list === undefined) {
    if ('recovery_keys_b64' in fields || 'recovery_keys_base64' in fields)
      throw refused(
        `${name} holds recovery keys, not unseal shares: they cannot decrypt anything`,
        'a Vault with auto-unseal comes back by its key service; no shares are needed',
      );
    throw refused(`${name} is JSON without any of ${LISTS.join(', ')}`);
  }
  return (fields[list] as readonly unknown[]).map((item, i) => {
    const place = `entry ${i + 1} of ${list} in ${name}`;
    if (typeof item !== 'string') throw refused(`${place} is no text`);
    return readShare(item, place);
  });
}

/** `name` stands for the text in messages and becomes the set's name. */
export function parseShareText(text: string, name: string): ShareSet {
  const clean = text.replace(/^\ufeff/, '').trim();
  if (clean.startsWith('{')) return shareSet(name, readJson(clean, name));
  const shares: Uint8Array[] = [];
  for (const [i, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    const share = line.trim();
    if (share !== '' && !share.startsWith('#')) shares.push(readShare(share, `line ${i + 1} of ${name}`));
  }
  if (shares.length === 0) throw refused(`${name} holds no unseal share`);
  return shareSet(name, shares);
}
