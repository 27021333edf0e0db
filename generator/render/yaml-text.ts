/** Data to YAML text: two spaces, no folding, LF, quoted so that YAML 1.1 readers (Helm) see the same strings. */
import { type Document, Document as YamlDocument } from 'yaml';

const PRINT = { lineWidth: 0, indentSeq: true, singleQuote: true, blockQuote: 'literal' } as const;

export interface Comment {
  readonly path: readonly (string | number)[];
  /** Lines above the key. */
  readonly text: string;
}

function commented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n');
}

function comment(document: Document, { path, text }: Comment): void {
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const items = (parent as { items?: readonly unknown[] } | undefined)?.items ?? [];
  const item =
    typeof last === 'number'
      ? items[last]
      : (items as readonly { key?: { value?: unknown } }[]).find(({ key }) => key?.value === last)?.key;
  // A comment for what this config does not have is left out.
  if (item !== undefined) (item as { commentBefore?: string }).commentBefore = commented(text);
}

export function yamlText(data: unknown, header = '', comments: readonly Comment[] = []): string {
  const document = new YamlDocument(data, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  for (const one of comments) comment(document, one);
  if (header !== '') document.commentBefore = commented(header);
  return document.toString(PRINT);
}
