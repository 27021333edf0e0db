/** What a command may do to the world outside: tests and `-` go through here. */
export interface CliIo {
  readonly stdin: NodeJS.ReadableStream;
  /** Data only. */
  readonly stdout: (text: string) => void;
  /** Talk: progress, warnings, errors. */
  readonly stderr: (text: string) => void;
}

export const processIo: CliIo = {
  stdin: process.stdin,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
};
