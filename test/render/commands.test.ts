/** The commands render, validate and schema as a person or a pipeline calls them. */
import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { runRender } from '../../cli/commands/render.ts';
import { runSchema } from '../../cli/commands/schema.ts';
import { runValidate } from '../../cli/commands/validate.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { ConfigError } from '../../generator/config/problem.ts';
import { caseFolder } from './cases.ts';

let folder = '';
let file = '';
let out = '';
let stdout = '';
let stderr = '';

const talk = {
  stdout: (text: string) => {
    stdout += text;
  },
  stderr: (text: string) => {
    stderr += text;
  },
};
const io = { stdin: Readable.from([]), ...talk };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-commands-'));
  cpSync(caseFolder('vault-s3-approle'), folder, { recursive: true });
  file = path.join(folder, 'lifeboat.yaml');
  out = path.join(folder, 'out');
  stdout = '';
  stderr = '';
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refuses(exit: string, message: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof LifeboatError, String(error));
    assert.equal(error.exit, exit);
    assert.match(error.message, message);
    return true;
  };
}

test('render writes the files, says so on stderr alone, and leaves no temporary file', async () => {
  await runRender({ files: [file], out, json: false }, io);

  assert.deepEqual(readdirSync(out), [
    'RUNBOOK.md',
    'auth-setup.sh',
    'backup.json',
    'lifeboat-values.yaml',
    'rbac.yaml',
    's3-policy-backup.json',
    's3-policy-restore.json',
    'terraform',
    'vault-policy.hcl',
    'vault-values.yaml',
  ]);
  assert.equal(statSync(path.join(out, 'auth-setup.sh')).mode & 0o777, 0o755);
  assert.equal(stdout, '');
  assert.match(stderr, /wrote 10 files/);
});

test('render again writes over its own files and removes nothing', async () => {
  await runRender({ files: [file], out, json: false }, io);
  writeFileSync(path.join(out, 'mine.txt'), 'mine');
  const before = readFileSync(path.join(out, 'vault-values.yaml'), 'utf8');

  await runRender({ files: [file], out, json: false }, io);

  assert.equal(readFileSync(path.join(out, 'mine.txt'), 'utf8'), 'mine');
  assert.equal(readFileSync(path.join(out, 'vault-values.yaml'), 'utf8'), before);
});

test('render refuses a file of somebody else, before it writes anything', async () => {
  mkdirSync(out);
  writeFileSync(path.join(out, 'RUNBOOK.md'), 'our own runbook');

  await assert.rejects(
    runRender({ files: [file], out, json: false }, io),
    refuses('refused', /RUNBOOK\.md was not written by/),
  );

  assert.deepEqual(readdirSync(out), ['RUNBOOK.md']);
});

test('render refuses an out path that is a file', async () => {
  await assert.rejects(
    runRender({ files: [file], out: file, json: false }, io),
    refuses('usage', /is a file/),
  );
});

test('render --json says on stdout what was written', async () => {
  await runRender({ files: [file], out, json: true }, io);

  const said = JSON.parse(stdout) as { files: { name: string; sha256: string }[]; warnings: string[] };
  assert.equal(said.files.length, 10);
  assert.match(said.files[0]?.sha256 ?? '', /^[0-9a-f]{64}$/);
  assert.equal(stderr, '');
});

test('render -f - -o - reads standard input, and prints one stream that a YAML reader takes', async () => {
  const text = readFileSync(file, 'utf8').replace('my-values.yaml', path.join(folder, 'my-values.yaml'));

  await runRender({ files: ['-'], out: '-', json: false }, { ...talk, stdin: Readable.from([text]) });

  const documents = parseAllDocuments(stdout);
  assert.ok(Array.isArray(documents));
  assert.deepEqual(
    documents.flatMap(({ errors }) => errors),
    [],
  );
  assert.equal([...stdout.matchAll(/^# Source: /gm)].length, 10);
  const texts = documents.map((document) => document.toJS() as unknown);
  assert.ok(
    texts.some((value) => typeof value === 'string' && value.includes('path "sys/storage/raft/snapshot"')),
  );
});

test('render --with-chart writes our chart beside the values, again and again', async () => {
  await runRender({ files: [file], out, withChart: true, json: false }, io);
  await runRender({ files: [file], out, withChart: true, json: false }, io);

  assert.match(
    readFileSync(path.join(out, 'charts/vault-lifeboat/Chart.yaml'), 'utf8'),
    /name: vault-lifeboat/,
  );
  assert.ok(statSync(path.join(out, 'charts/vault-lifeboat/templates')).isDirectory());
});

test('a configuration error carries every problem, and nothing is written', async () => {
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('bucket:', 'buket:').replace('schedule:', 'shedule:'),
  );

  await assert.rejects(runRender({ files: [file], out, json: false }, io), (error: unknown) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.exitCode, 3);
    assert.equal(error.problems.length, 2);
    return true;
  });
  assert.throws(() => statSync(out), { code: 'ENOENT' });
});

test('a values file that is missing is named with the line that names it', async () => {
  rmSync(path.join(folder, 'my-values.yaml'));

  await assert.rejects(
    runRender({ files: [file], out, json: false }, io),
    refuses('config', /lifeboat\.yaml:\d+:\d+: .*my-values\.yaml does not exist/),
  );
});

test('a values file that is no YAML is named with its own line', async () => {
  writeFileSync(path.join(folder, 'my-values.yaml'), 'server:\n  ha: [\n');

  await assert.rejects(
    runRender({ files: [file], out, json: false }, io),
    refuses('config', /my-values\.yaml:\d+:\d+: this is not YAML/),
  );
});

test('an unknown chart version names the known ones and --chart', async () => {
  writeFileSync(file, readFileSync(file, 'utf8').replace('0.34.1', '0.99.0'));

  await assert.rejects(
    runRender({ files: [file], out, json: false }, io),
    refuses(
      'config',
      /vault 0\.99\.0 is not built in; these are: vault 0\.25\.0, .*openbao 0\.27\.2, 0\.29\.2[\s\S]*then give --chart vault-0\.99\.0\.tgz/,
    ),
  );
});

test('--chart must be of the version that the configuration names', async () => {
  const chart = path.join(folder, 'chart');
  mkdirSync(path.join(chart, 'templates'), { recursive: true });
  writeFileSync(path.join(chart, 'Chart.yaml'), 'name: vault\nversion: 0.99.0\nappVersion: 1.0.0\n');
  for (const name of ['values.yaml', 'templates/_helpers.tpl', 'templates/server-statefulset.yaml']) {
    writeFileSync(path.join(chart, name), '{}\n');
  }

  await assert.rejects(
    runRender({ files: [file], out, charts: [chart], json: false }, io),
    refuses('config', /release\.chartVersion is 0\.34\.1, and --chart .* is of version 0\.99\.0/),
  );
});

test('--chart that is no chart is refused', async () => {
  await assert.rejects(
    runRender({ files: [file], out, charts: [folder], json: false }, io),
    refuses('config', /has no Chart\.yaml/),
  );
  await assert.rejects(
    runRender({ files: [file], out, charts: [file], json: false }, io),
    refuses('config', /is not a gzip archive/),
  );
});

test('validate checks the same, and writes nothing', async () => {
  await runValidate({ files: [file], json: true }, io);

  assert.deepEqual(JSON.parse(stdout), {
    valid: true,
    clusters: [
      {
        name: 'payments-vault',
        server: { product: 'vault', fullname: 'vault', replicas: 1, seal: 'shamir' },
      },
    ],
    warnings: [],
  });
  assert.deepEqual(readdirSync(folder).sort(), ['lifeboat.yaml', 'my-values.yaml']);
});

test('schema prints a schema for editors', async () => {
  await runSchema({ layer: false }, io);

  const schema = JSON.parse(stdout) as { $schema: string; else: { required: string[] } };
  assert.match(schema.$schema, /draft-07/);
  assert.ok(schema.else.required.includes('name'));
});
