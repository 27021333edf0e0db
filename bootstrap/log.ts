/**
 * One line per step, on stderr, in plain words (`text`) or as JSON (`json`). Nothing secret is ever passed in. A line
 * that begins a new state (contract/pod-states.ts) names it in the field `state`.
 */
import { isPodState, type Word } from '../contract/pod-states.ts';

export type LogFormat = 'text' | 'json';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  /** A step that was done or begins. The message is a whole plain sentence; the fields repeat its figures for machines. */
  info(message: string, fields?: LogFields): void;
  /** Something that a person should look at, though the work goes on. */
  warn(message: string, fields?: LogFields): void;
  /** Why the work stops. */
  error(message: string, fields?: LogFields): void;
}

export interface LogOptions {
  readonly format: LogFormat;
  /** Which part speaks: `init-container`, `restore`, `backup`, ... */
  readonly part: string;
  readonly now?: () => Date;
  readonly write?: (line: string) => void;
  /** Called with each line that names a state. */
  readonly onState?: ((word: Word) => void) | undefined;
}

/** Control characters and line ends in foreign text (server answers, object keys) must not forge log lines. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this removes
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

export function createLog(options: LogOptions): Log {
  const now = options.now ?? (() => new Date());
  const write = options.write ?? ((line) => void process.stderr.write(line));

  function line(level: 'info' | 'warn' | 'error', message: string, fields: LogFields = {}): void {
    const time = now().toISOString();
    const text = printable(message);
    const { state, ...more } = fields;
    if (isPodState(state)) {
      const known = Object.entries(more).filter(
        (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
      );
      options.onState?.({
        time,
        part: options.part,
        level,
        state,
        message: text,
        fields: Object.fromEntries(known),
      });
    }
    if (options.format === 'json') {
      write(`${JSON.stringify({ time, level, part: options.part, message: text, ...fields })}\n`);
      return;
    }
    const mark = level === 'info' ? '' : `${level.toUpperCase()}: `;
    const named = isPodState(state) ? ` [${state}]` : '';
    write(`${time} lifeboat ${options.part}${named}: ${mark}${text}\n`);
  }

  return {
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warn', message, fields),
    error: (message, fields) => line('error', message, fields),
  };
}
