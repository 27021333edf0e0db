/** All files as one stream of YAML documents, for `-o -`: YAML and JSON as they are, other text as a block of text. */
import { Document } from 'yaml';
import type { RenderedFile } from './file.ts';

export function documentStream(files: readonly RenderedFile[]): string {
  return files
    .map(({ name, text }) => {
      const isData = /\.(?:ya?ml|json)$/.test(name);
      const body = isData ? text : new Document(text).toString({ lineWidth: 0, blockQuote: 'literal' });
      return `---\n# Source: ${name}\n${body.endsWith('\n') ? body : `${body}\n`}`;
    })
    .join('');
}
