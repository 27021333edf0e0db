/** The text templates, compiled ahead of time: the bundle then needs only the small runtime of Handlebars. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';

/** The text of generated/templates.js and of its types. Helpers are registered by who renders. */
export function templates(root) {
  const folder = path.join(root, 'generator/templates');
  const names = existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.hbs'))
    : [];
  const entries = names.sort().map((name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    const specification = Handlebars.precompile(text, { strict: true, noEscape: true });
    return `  ${JSON.stringify(name.replace(/\.hbs$/, ''))}: ${specification},\n`;
  });
  return {
    js: `export const templates = {\n${entries.join('')}};\n`,
    types: 'export const templates: Readonly<Record<string, unknown>>;\n',
  };
}
