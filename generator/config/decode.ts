/** The bytes of a file as text: UTF-8 and nothing else, without characters that no text file has. Pure. */
import { isUtf8 } from 'node:buffer';
import type { Problem } from './problem.ts';

/** In bytes: more than a fleet of a thousand clusters; less than what would make the parser slow. */
export const SIZE_LIMIT = 2 * 1024 * 1024;

type Wrong = Omit<Problem, 'file'>;

const AS_UTF8 = 'Save the file as UTF-8.';
/** Characters that YAML does not allow, and the mark that belongs to the beginning alone. */
const UNFIT = /[^\P{Cc}\t\n\r\u0085]|\ufeff/u;
const NEWLINE = 0x0a;

/** With a mark at the beginning, or by the zero byte that every Latin letter has. */
function isUtf16([first, second]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0) !== (second === 0) && first !== undefined && second !== undefined;
}

/** How many bytes from the beginning of a line are UTF-8. */
function goodLength(line: Uint8Array): number {
  let length = 0;
  for (const character of new TextDecoder('utf-8', { ignoreBOM: true }).decode(line)) {
    const bytes = Buffer.from(character);
    if (!bytes.equals(line.subarray(length, length + bytes.length))) break;
    length += bytes.length;
  }
  return length;
}

function notUtf8(bytes: Uint8Array): Wrong {
  let start = 0;
  let line = 1;
  for (;;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    if (!isUtf8(part)) {
      const good = goodLength(part);
      const column = Buffer.from(part.subarray(0, good)).toString('utf8').length + 1;
      return {
        line,
        column,
        message: `the file is not UTF-8: byte ${start + good} begins no character`,
        hint: `${AS_UTF8} It may be Latin-1 or Windows-1252, which some editors call ANSI.`,
      };
    }
    start = end + 1;
    line += 1;
  }
}

function unfitCharacter(text: string): Wrong | undefined {
  const offset = text.search(UNFIT);
  if (offset < 0) return undefined;
  const before = text.slice(0, offset);
  const place = { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  if (text[offset] === '\ufeff') {
    return {
      ...place,
      message: 'an invisible byte order mark stands here',
      hint: 'It belongs to the beginning of a file: were two files joined? Remove it.',
    };
  }
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  return {
    ...place,
    message: `a control character (U+${code}) stands here`,
    hint: 'Remove it, or write it as an escape in double quotes.',
  };
}

/** A byte order mark at the beginning is taken off, as Helm does. */
export function decodeText(bytes: Uint8Array): { readonly text: string } | { readonly wrong: Wrong } {
  if (bytes.length > SIZE_LIMIT) {
    return {
      wrong: {
        message: `the file is larger than ${SIZE_LIMIT} bytes`,
        hint: 'Make several files of it: layers, or a folder with one file a cluster.',
      },
    };
  }
  if (isUtf16(bytes))
    return { wrong: { message: 'the file is UTF-16, and UTF-8 is expected', hint: AS_UTF8 } };
  if (!isUtf8(bytes)) return { wrong: notUtf8(bytes) };
  const text = new TextDecoder('utf-8').decode(bytes);
  const wrong = unfitCharacter(text);
  return wrong === undefined ? { text } : { wrong };
}
