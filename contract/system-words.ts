/** Failures of files in words: people are told what is the matter, not the system's code of it. */
import { systemCode } from './errors.ts';

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder',
  ENOTDIR: 'a file stands where a folder is expected',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links lead in a circle',
  Z_DATA_ERROR: 'is not a gzip archive',
  Z_BUF_ERROR: 'the gzip archive is cut off',
};

/** Why a file could not be used; a code that is not known is better than nothing. */
export function systemWords(error: unknown): string {
  const code = systemCode(error);
  return WORDS[code ?? ''] ?? code ?? 'unreadable';
}

/** `x does not exist`, `x is a folder`, else `x cannot be read: permission denied`. */
export function unreadableWords(what: string, error: unknown): string {
  const words = systemWords(error);
  return /^(?:does not|is) /.test(words) ? `${what} ${words}` : `${what} cannot be read: ${words}`;
}
