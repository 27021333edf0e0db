/** Texts of others inside of Markdown, whole and as they are. Pure. */

/** GitHub takes 65,536 characters for a comment. */
const LIMIT = 60_000;

/** A block of code: its fence is longer than any in the text. */
export function fenced(text, language = '') {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** Cut at the end of a line. */
export function shortened(text, limit = LIMIT) {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf('\n', limit);
  return `${text.slice(0, end < 0 ? limit : end)}\n... cut here: the whole is in the log of the run\n`;
}
