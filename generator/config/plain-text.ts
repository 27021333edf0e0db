/** Whether a name survives where the official charts print it without quotes, as they do with release and namespace. */
import { parse } from 'yaml';

/** What a reader of YAML 1.1, as Helm and kubectl are, takes the word for where it is no text: `y` is true. */
export function takenFor(word: string): string | undefined {
  const read: unknown = parse(word, { version: '1.1' });
  if (read === word) return undefined;
  if (typeof read === 'boolean') return `the boolean ${String(read)}`;
  if (typeof read === 'number' || typeof read === 'bigint') return 'a number';
  return read === null ? 'nothing' : 'no text';
}
