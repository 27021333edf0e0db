/** What a command may do to the world outside: tests and `-` go through here. */
export interface CliIo {
  readonly stdin: NodeJS.ReadableStream;
  /** Data only. */
  readonly stdout: (text: string) => void;
  /** Talk: progress, warnings, errors. */
  readonly stderr: (text: string) => void;
  /** Whether standard output is a terminal that is to show colours. */
  readonly colour?: boolean;
  /** Whether a person sits there who can be asked. */
  readonly interactive?: boolean;
}

export const processIo: CliIo = {
  stdin: process.stdin,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  colour: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
};
