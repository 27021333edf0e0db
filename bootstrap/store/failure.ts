/** What a store says of a call that failed: what was done where, what that means, and what to do about it. */
import { LifeboatError } from '../../contract/errors.ts';

export interface StoreCall {
  readonly verb: 'list' | 'read' | 'write' | 'remove';
  /** The full key or prefix in the bucket or container. */
  readonly key: string;
  /** `bucket NAME at ADDRESS`. */
  readonly place: string;
}

export interface Meaning {
  readonly reason: string;
  readonly hint?: string | undefined;
  readonly retryable?: boolean;
}

export function failure(
  { verb, key, place }: Omit<StoreCall, 'verb'> & { readonly verb: string },
  { reason, hint, retryable }: Meaning,
): LifeboatError {
  return new LifeboatError('store', `cannot ${verb} ${key} in ${place}: ${reason}`, {
    ...(hint === undefined ? {} : { hint }),
    retryable: retryable ?? false,
  });
}

export function absent({ key, place }: Pick<StoreCall, 'key' | 'place'>): LifeboatError {
  return new LifeboatError('noSnapshot', `there is no object ${key} in ${place}`);
}

/** A server's sentence as one printable line of bounded length; nothing of it where it repeats what is secret. */
export function printable(text: string, secret: RegExp): string {
  if (secret.test(text)) return '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this removes
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
}
