/** A rendered file: its name below the out folder and its text. */
export interface RenderedFile {
  readonly name: string;
  readonly text: string;
  /** For the shell script. */
  readonly executable?: true;
}
