/** What everybody may build on: exit codes, one JSON object, which stream holds what. Of the built program, spawned. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { EXIT_CODES, type ExitName } from '../../contract/exit-codes.ts';
import { caseFolder } from '../render/cases.ts';
import { goodArchive } from '../snapshot/build-archive.ts';
import { splitKey } from '../snapshot/split-key.ts';
import { type Ended, lifeboat } from '../support/command-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-cli-'));
const inFolder = (name: string): string => path.join(folder, name);
after(() => rmSync(folder, { recursive: true, force: true }));

const CASE = caseFolder('vault-s3-approle');
const CONFIG = path.join(CASE, 'lifeboat.yaml');
const SNAPSHOT = inFolder('good.snap');

function slice(more: object = {}): string {
  return JSON.stringify({
    version: 1,
    name: 'payments',
    installation: 'vault/vault',
    store: { directory: { path: inFolder('store') } },
    vault: { product: 'vault', address: 'http://127.0.0.1:1', peers: [] },
    auth: { approle: { mount: 'approle', credentials: inFolder('nothing') } },
    retention: { keepLast: 3 },
    timeoutSeconds: 60,
    log: 'text',
    ...more,
  });
}

before(async () => {
  const key = randomBytes(32);
  const lines = (shares: readonly Uint8Array[]): string =>
    shares.map((share) => `${Buffer.from(share).toString('base64')}\n`).join('');
  const shares = splitKey(key, 5, 3);
  const good = await goodArchive({ key });
  mkdirSync(inFolder('store'));
  for (const [name, content] of Object.entries({
    'good.snap': good,
    'broken.snap': good.subarray(0, good.length - 20),
    shares: lines(shares.slice(1, 4)),
    'too-few': lines(shares.slice(0, 2)),
    'other-shares': lines(splitKey(randomBytes(32), 5, 3)),
    'backup.json': slice(),
    'no-store.json': slice({ store: { directory: { path: inFolder('absent') } } }),
    'newer.json': slice({ version: 2 }),
    'latin-1.yaml': Buffer.from('name: \xe4\n', 'latin1'),
    'deep.yaml': '['.repeat(100_000),
    'values-layer.yaml': 'release: {values: [deep.yaml, latin-1.yaml]}\n',
    'bad.yaml': 'version: 1\nname: Not A Name\nspare: 1\n',
  }))
    writeFileSync(inFolder(name), content);
});

const HELP_OF: readonly (readonly [args: readonly string[], help: string])[] = [
  [['validate'], 'lifeboat validate --help'],
  [['render', '-f', CONFIG], 'lifeboat render --help'],
  [['render', '-f', CONFIG, '-o', '-', '--format', 'argcd'], 'lifeboat render --help'],
  [['keys', 'check', SNAPSHOT], 'lifeboat keys check --help'],
  [['keys', 'chek'], 'lifeboat keys --help'],
  [['validat'], 'lifeboat --help'],
];
for (const [args, help] of HELP_OF) {
  test(`a wrong command line is sent to the help of its own command: ${args.join(' ')}`, async () => {
    const { stderr } = await lifeboat(args);
    assert.ok(stderr.endsWith(`  next: ${help}\n`), stderr);
    const { stdout } = await lifeboat([...args, '--json']);
    if (!args.includes('keys'))
      assert.equal((JSON.parse(stdout) as { error: { hint: string } }).error.hint, help);
  });
}

test('a format that was mistyped is guessed', async () => {
  const { stderr } = await lifeboat(['render', '-f', CONFIG, '-o', '-', '--format', 'argcd']);
  assert.match(stderr, /There is no format "argcd".* Did you mean "argocd"\?/);
});

interface Case {
  readonly args: readonly string[];
  readonly exit: ExitName;
  /** What the message says. */
  readonly says?: RegExp;
  readonly input?: () => Buffer;
}

/** Every command that takes --json, as it goes well and as it goes wrong. */
const CASES: readonly Case[] = [
  { args: ['verify', SNAPSHOT], exit: 'ok' },
  { args: ['verify', '-'], exit: 'ok', input: () => readFileSync(SNAPSHOT) },
  { args: ['verify', inFolder('broken.snap')], exit: 'integrity' },
  { args: ['verify', '-'], exit: 'integrity', says: /empty/ },
  { args: ['verify', inFolder('absent')], exit: 'usage', says: /absent does not exist/ },
  { args: ['verify'], exit: 'usage', says: /missing required argument 'file'/ },
  { args: ['verify', SNAPSHOT, 'more'], exit: 'usage', says: /too many arguments/ },
  { args: ['keys', 'check', SNAPSHOT, '--keys-file', inFolder('shares')], exit: 'ok' },
  { args: ['keys', 'check', SNAPSHOT, '--keys-file', inFolder('too-few')], exit: 'keys' },
  { args: ['keys', 'check', SNAPSHOT, '--keys-file', inFolder('other-shares')], exit: 'keys' },
  {
    args: ['keys', 'check', SNAPSHOT, '--keys-file', inFolder('absent')],
    exit: 'usage',
    says: /absent does not exist/,
  },
  { args: ['keys', 'check', SNAPSHOT, '--keys-file', folder], exit: 'usage', says: /is a folder/ },
  { args: ['keys', 'check', inFolder('broken.snap'), '--keys-file', inFolder('shares')], exit: 'integrity' },
  { args: ['keys', 'check', SNAPSHOT], exit: 'usage', says: /--keys-file <file>' not specified/ },
  { args: ['keys', 'chek'], exit: 'usage', says: /unknown command 'chek'\n\(Did you mean check\?\)/ },
  { args: ['validate', '-f', CONFIG], exit: 'ok' },
  { args: ['validate', '-f', inFolder('bad.yaml')], exit: 'config', says: /spare/ },
  { args: ['validate', '-f', inFolder('absent')], exit: 'usage', says: /absent does not exist/ },
  { args: ['validate', '-f', '-'], exit: 'config', says: /standard input.*empty/ },
  { args: ['render', '-f', CONFIG, '-o', inFolder('out')], exit: 'ok' },
  { args: ['render', '-f', inFolder('bad.yaml'), '-o', inFolder('never')], exit: 'config' },
  {
    args: ['render', '-f', inFolder('absent'), '-o', inFolder('never')],
    exit: 'usage',
    says: /does not exist/,
  },
  {
    args: ['render', '-f', CONFIG, '-o', inFolder('bad.yaml/x')],
    exit: 'usage',
    says: /bad\.yaml\/x cannot be written: a file stands where a folder is expected/,
  },
  { args: ['render', '-f', CONFIG], exit: 'usage', says: /--out <folder>' not specified/ },
  { args: ['plan', '-f', CONFIG], exit: 'usage', says: /compares with one thing/ },
  {
    args: ['explain', 'restore.whenNoSnapshott'],
    exit: 'usage',
    says: /did you mean "restore\.whenNoSnapshot"/,
  },
  { args: ['snapshots', '--config', inFolder('backup.json')], exit: 'ok' },
  { args: ['snapshots', '--config', inFolder('no-store.json')], exit: 'store', says: /absent/ },
  { args: ['snapshots', '--config', inFolder('newer.json')], exit: 'config', says: /\/version/ },
  { args: ['snapshots', '--config', inFolder('absent')], exit: 'usage', says: /absent does not exist/ },
  {
    args: ['snapshots', '--config', inFolder('backup.json'), '--credentials', inFolder('absent')],
    exit: 'usage',
    says: /absent does not exist/,
  },
  {
    args: ['snapshots', '--config', inFolder('backup.json'), '--ca', inFolder('absent')],
    exit: 'usage',
    says: /absent does not exist/,
  },
  { args: ['backup', '--config', inFolder('absent')], exit: 'usage', says: /absent does not exist/ },
  {
    args: ['validate', '-f', CONFIG, '--chart', inFolder('absent')],
    exit: 'usage',
    says: /the chart .*absent does not exist/,
  },
  {
    args: ['validate', '-f', inFolder('latin-1.yaml')],
    exit: 'config',
    says: /latin-1\.yaml:1:7: the file is not UTF-8/,
  },
  {
    args: ['validate', '-f', inFolder('deep.yaml')],
    exit: 'config',
    says: /nesting is deeper than 100 levels/,
  },
  {
    args: ['validate', '-f', CONFIG, '-f', inFolder('deep.yaml')],
    exit: 'config',
    says: /deep\.yaml:1:\d+: the nesting is deeper/,
  },
  {
    args: ['validate', '-f', CONFIG, '-f', inFolder('values-layer.yaml')],
    exit: 'config',
    says: /latin-1\.yaml:1:7: the file is not UTF-8.*deep\.yaml:1:\d+: the nesting is deeper/s,
  },
  { args: ['backup', '--config', inFolder('backup.json')], exit: 'vault', says: /role_id cannot be read/ },
  { args: ['backup', '--config', 'x', '--log', 'xml'], exit: 'usage', says: /text, json/ },
  {
    args: ['bakup', '--config', 'x'],
    exit: 'usage',
    says: /unknown command 'bakup'\n\(Did you mean backup\?\)/,
  },
  {
    args: ['verify', SNAPSHOT, '--jason'],
    exit: 'usage',
    says: /unknown option '--jason'\n\(Did you mean --json\?\)/,
  },
];

const ESCAPE = '\u001b';
/** Data that a command prints without --json; everything else keeps standard output empty. */
const PRINTS = /^$/;

for (const { args, exit, says = /./, input } of CASES) {
  const { code } = EXIT_CODES[exit];
  const line = `${args.map((word) => word.replace(`${folder}/`, '').replace(CASE, '')).join(' ')}`;

  test(`${line}${input === undefined ? '' : ' (with input)'}: ${code}, and no data on standard output`, async () => {
    const ended = await lifeboat(args, { ...(input === undefined ? {} : { input: input() }) });

    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stdout, PRINTS);
    if (exit !== 'ok') {
      assert.match(ended.stderr, says);
      assert.doesNotMatch(ended.stderr, /\n {4}at /, 'a stack trace for what is no bug');
    }
  });

  test(`${line}${input === undefined ? '' : ' (with input)'} --json: exactly one object, also for a failure`, async () => {
    const ended = await lifeboat([...args, '--json'], { ...(input === undefined ? {} : { input: input() }) });

    assert.equal(ended.code, code, ended.stderr);
    assert.ok(ended.stdout.endsWith('}\n'));
    const told = JSON.parse(ended.stdout) as { readonly error?: unknown };
    if (exit === 'ok') {
      assert.equal(told.error, undefined);
      return;
    }
    const error = told.error as { code: number; exit: string; message: string; hint?: unknown };
    assert.deepEqual([error.code, error.exit], [code, exit]);
    assert.match(error.message, says);
    assert.ok(error.hint === undefined || typeof error.hint === 'string');
    assert.equal(ended.stderr, '', 'the object says it all');
  });
}

test('without a command the help stands on standard error, and 2 says that nothing was done', async () => {
  const { code, stdout, stderr } = await lifeboat([]);

  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^Usage: lifeboat/);
});

test('--help and --version are asked for: they are data, and 0', async () => {
  const authoring = ['init', 'explain', 'completion', 'check'];
  const commands = [
    'render',
    'plan',
    'validate',
    'schema',
    'verify',
    'keys',
    'keys check',
    'snapshots',
    'backup',
  ];
  const pods = ['init-container', 'restore', 'post-start'];
  const all = await lifeboat(['--help']);
  assert.deepEqual([all.code, all.stderr], [0, '']);
  for (const command of [...authoring, ...commands, ...pods]) {
    assert.match(all.stdout, new RegExp(`^  ${command.split(' ')[0]}\\b`, 'm'));
    const { code, stdout, stderr } = await lifeboat([...command.split(' '), '--help']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, new RegExp(`^Usage: lifeboat ${command}`));
  }
  const version = await lifeboat(['--version']);
  assert.deepEqual([version.code, version.stderr], [0, '']);
  const { version: expected } = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as { version: string };
  assert.equal(version.stdout, `${expected}\n`);
});

test('explain prints its text, or one object', async () => {
  const text = await lifeboat(['explain', 'store.s3.bucket']);
  const json = await lifeboat(['explain', 'store', '--recursive', '--json']);

  assert.deepEqual([text.code, text.stderr, json.code, json.stderr], [0, '', 0, '']);
  assert.match(text.stdout, /^store\.s3\.bucket\n/);
  const { keys } = JSON.parse(json.stdout) as { keys: readonly { key: string }[] };
  assert.ok(keys.some(({ key }) => key === 'store.s3.bucket'));
});

test('schema and `render -o -` print their data alone', async () => {
  const schema = await lifeboat(['schema']);
  const rendered = await lifeboat(['render', '-f', '-', '-o', '-'], {
    input: readFileSync(CONFIG),
    cwd: CASE,
  });

  assert.deepEqual([schema.code, schema.stderr], [0, '']);
  assert.equal((JSON.parse(schema.stdout) as { title: string }).title, 'lifeboat.yaml');
  assert.equal(rendered.code, 0, rendered.stderr);
  assert.equal(rendered.stderr, '');
  const documents = parseAllDocuments(rendered.stdout);
  assert.ok(documents.length > 3);
  for (const { errors } of documents) assert.deepEqual(errors, []);
});

test('what `render` writes from standard input is what it writes from the file', async () => {
  const fromFile = await lifeboat(['render', '-f', CONFIG, '-o', inFolder('from-file')]);
  const fromInput = await lifeboat(['render', '-f', '-', '-o', inFolder('from-input')], {
    input: readFileSync(CONFIG),
    cwd: CASE,
  });

  assert.deepEqual([fromFile.code, fromInput.code], [0, 0], fromInput.stderr);
  for (const name of ['vault-values.yaml', 'lifeboat-values.yaml', 'RUNBOOK.md']) {
    const text = readFileSync(path.join(inFolder('from-file'), name), 'utf8');
    assert.equal(readFileSync(path.join(inFolder('from-input'), name), 'utf8'), text);
    if (name.endsWith('.yaml')) parse(text);
  }
});

test('nothing is coloured, for a pipe or a person, with NO_COLOR or against it', async () => {
  const lines = [['--help'], ['bakup'], ['verify', inFolder('broken.snap')], ['validate', '-f', CONFIG]];
  const environments = [{}, { NO_COLOR: '1' }, { FORCE_COLOR: '1', TERM: 'xterm-256color' }];
  const ended: Ended[] = [];
  for (const args of lines) for (const env of environments) ended.push(await lifeboat(args, { env }));

  for (const { stdout, stderr } of ended) assert.ok(!`${stdout}${stderr}`.includes(ESCAPE), stderr);
});
