/** What a command of the user's does to the server: whether it initialises, unseals or restores it, as lifeboat does. Pure. */

/** `unseen`: it runs something of which nothing is known here. */
export type Doing = 'takes over' | 'unseen' | 'harmless';

/** The command lines of both products. `operator init -status` only asks. */
const COMMAND_LINE =
  /\boperator\s+(?:init(?!\s+-{1,2}status)|unseal|generate-root|migrate)\b|\bsnapshot\s+restore\b|\bbank-vaults\s+(?:unseal|init|configure)\b/i;
const API = /\bsys\/(?:init|unseal|storage\/raft\/(?:snapshot-force|snapshot|bootstrap))\b/;
/** A call that changes something. */
const WRITES =
  /(?:^|\s)(?:-X|--request|--method)[\s=]*(?:PUT|POST)\b|(?:^|\s)(?:-d|-T|--data\S*|--json|--upload-file|--post-data|--post-file|--body-data|--body-file)(?:[\s=@]|$)|\b(?:vault|bao)\s+write\b/i;

/** Folders of an image's own programs. */
const PROGRAM = /^\/(?:usr\/(?:local\/)?)?s?bin\/[\w.-]+$/;
const HIDDEN = /\b(?:eval|base64\s+(?:-d|--decode|-D))\b|\|\s*(?:ba|a|da)?sh\b|(?:^|\s)\.\s+\S/;
const SCRIPT = /\.(?:sh|bash|py|pl|rb|js|mjs|cjs)$/;

/** One line without what the shell would take away: quotes, and line ends behind a backslash. */
function oneLine(words: readonly string[]): string {
  return words
    .join(' ')
    .replaceAll(/\\\r?\n/g, ' ')
    .replaceAll(/["'\\]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** What is run, as far as it can be told from words: the first one, and those after what ends a command. */
function programsIn(line: string): readonly string[] {
  return line
    .split(
      /[;&|()]+|(?:(?<=^|\s)\/(?:usr\/)?bin\/)?\b(?:then|else|do|exec|sh|bash|ash|source|time|nohup|setsid)(?=\s|$)/,
    )
    .map(
      (part) =>
        part
          .trim()
          .replace(/^(?:-\w+\s+)+/, '')
          .split(' ')[0] ?? '',
    );
}

export function doingOf(words: readonly string[]): Doing {
  const line = oneLine(words);
  const called = API.test(line);
  if (COMMAND_LINE.test(line) || (called && WRITES.test(line))) return 'takes over';
  if (called || HIDDEN.test(line)) return 'unseen';
  const foreign = programsIn(line).some(
    (program) => SCRIPT.test(program) || (/^\.{0,2}\//.test(program) && !PROGRAM.test(program)),
  );
  return foreign ? 'unseen' : 'harmless';
}

/** Images whose whole purpose it is. */
export function isUnsealer(image: string): boolean {
  return /(?:^|\/)(?:bank-vaults|vault-(?:auto-?)?(?:unseal(?:er)?|init))(?:[:@]|$)/i.test(image);
}
