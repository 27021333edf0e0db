/** Every schema as a function, compiled ahead of time: the pods need no schema compiler and no eval. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { loadSources } from './load-sources.mjs';

const CONFIG_SCHEMA = 'generator/config/schema.ts';

/** `{ validateManifest: manifestSchema, ... }`: what a source exports by a name that ends in `Schema`. */
async function schemas(root) {
  const files = readdirSync(path.join(root, 'contract'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `contract/${name}`)
    .sort();
  const modules = await loadSources(root, files);
  const found = modules.flatMap((module) =>
    Object.entries(module).filter(([name]) => /^[a-z]\w*Schema$/.test(name)),
  );
  if (existsSync(path.join(root, CONFIG_SCHEMA))) {
    const [{ configSchema }] = await loadSources(root, [CONFIG_SCHEMA]);
    found.push(['configSchema', configSchema]);
  }
  return found.map(([name, schema]) => {
    const subject = name.replace(/Schema$/, '');
    return [`validate${subject[0].toUpperCase()}${subject.slice(1)}`, schema];
  });
}

/** The text of generated/validators.js and of its types. */
export async function validators(root) {
  const named = await schemas(root);
  // "One of these keys" is written as `oneOf` of `required`, beside the properties: strictRequired forbids that.
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictRequired: false,
    code: { source: true, esm: true },
  });
  const ids = {};
  for (const [name, { $id: _id, ...schema }] of named) {
    ajv.addSchema(schema, name);
    ids[name] = name;
  }
  // The emitted code requires parts of ajv's runtime; bundled, it stands alone under every loader.
  const { outputFiles } = await build({
    stdin: { contents: standalone.default(ajv, ids), resolveDir: root, sourcefile: 'validators.js' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
  const types = [
    "import type { ErrorObject } from 'ajv';\n",
    'export type Validate = ((data: unknown) => boolean) & { errors?: ErrorObject[] | null };',
    ...named.map(([name]) => `export const ${name}: Validate;`),
  ];
  return { js: outputFiles[0].text, types: `${types.join('\n')}\n` };
}
