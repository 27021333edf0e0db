/** The files that are made from the sources and yet committed, because people read them: the schema and two pages. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadSources } from './load-sources.mjs';

const SCHEMA = 'generator/config/editor-schema.ts';
const REFERENCE = 'generator/config/reference.ts';
const STATUS_SCHEMA = 'status/report-schema.ts';
const EXIT_CODES = 'contract/exit-codes.ts';

function exitCodesPage(codes) {
  const rows = Object.entries(codes).map(
    ([name, { code, meaning }]) => `| ${code} | \`${name}\` | ${meaning} |`,
  );
  return [
    '# Exit codes\n',
    'Generated from contract/exit-codes.ts; do not edit. A number never changes its meaning; a code that is not listed is a failure.\n',
    '| code | name | meaning |\n| --- | --- | --- |',
    ...rows,
    '',
    'With `--json` a failure is one object on standard output, `{"error": {"code", "exit", "message", "hint"}}`, where `exit` is the name.\n',
  ].join('\n');
}

/** `[name, text]` of each, as the sources want them. */
export async function committedFiles(root) {
  const present = [SCHEMA, REFERENCE, STATUS_SCHEMA, EXIT_CODES].filter((file) =>
    existsSync(path.join(root, file)),
  );
  const modules = await loadSources(root, present);
  const exported = Object.assign({}, ...modules);
  const files = [];
  if (exported.editorSchema !== undefined) {
    const text = `${JSON.stringify(exported.editorSchema(), null, 2)}\n`;
    files.push(['schema/lifeboat.schema.json', text]);
  }
  if (exported.statusSchema !== undefined)
    files.push(['schema/status.schema.json', `${JSON.stringify(exported.statusSchema, null, 2)}\n`]);
  if (exported.configurationReference !== undefined)
    files.push(['docs/configuration.md', exported.configurationReference()]);
  if (exported.EXIT_CODES !== undefined)
    files.push(['docs/exit-codes.md', exitCodesPage(exported.EXIT_CODES)]);
  return files;
}
