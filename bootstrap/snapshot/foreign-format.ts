/**
 * Names what a file is that is no gzip at all, for the person who finds a server's error text in the place of a snapshot.
 * Never quotes the content: it may be a file of keys that was named by mistake.
 */

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^\s*\{\s*"errors"/, "the JSON text of a server's error answer"],
  [/^\s*[{[]/, 'JSON text'],
  [/^\s*<(!doctype|html|\?xml|[a-z])/i, 'an HTML or XML page'],
  [/^meta\.json/, 'a snapshot without its gzip compression'],
  [/^age-encryption\.org/, 'a file encrypted with age'],
  [/^[\t\n\r\x20-\x7e]+$/, 'plain text'],
];

/** `start`: the first bytes, up to some dozen. */
export function nameForeignFormat(start: Uint8Array): string {
  const text = Buffer.from(start).toString('latin1');
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'some other kind of file';
}
