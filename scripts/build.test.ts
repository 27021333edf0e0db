/** What the build leaves: validators and templates that stand alone, a program that starts, committed files that agree. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { validateManifest, validatePointer } from '../generated/validators.js';

const ROOT = path.resolve(import.meta.dirname, '..');

const POINTER = {
  version: 1,
  key: 'snapshots/20261123T224254Z-7.snap',
  sha256: 'a'.repeat(64),
  clusterId: 'b',
  taken: '2026-11-23T22:42:54Z',
};

test('a validator reads on over fields of a newer version, and refuses another version', () => {
  assert.equal(validatePointer({ ...POINTER, later: true }), true);
  assert.equal(validatePointer({ ...POINTER, version: 2 }), false);
  assert.deepEqual(
    validatePointer.errors?.map(({ instancePath }) => instancePath),
    ['/version'],
  );
});

test('a validator names every problem, not only the first', () => {
  assert.equal(validateManifest({ version: 1 }), false);
  assert.ok((validateManifest.errors ?? []).length > 5);
});

test('what is generated needs no other module', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-generated-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, some] of [
    ['validators', 'validateConfig'],
    ['templates', 'templates'],
  ] as const) {
    const file = path.join(folder, `${name}.mjs`);
    cpSync(path.join(ROOT, `generated/${name}.js`), file);
    assert.ok(some in ((await import(file)) as object), name);
  }
});

test('the program is one executable file that knows its version', () => {
  const program = path.join(ROOT, 'dist/lifeboat.cjs');
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };

  assert.equal(statSync(program).mode & 0o111, 0o111);
  const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  assert.equal(stdout, `${version}\n`, stderr);
});

test('the program and its SDKs load in a folder of their own', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-dist-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(ROOT, 'dist'), folder, { recursive: true });
  const sdks = readdirSync(folder).filter((name) => /^sdk-.*\.cjs$/.test(name));

  assert.deepEqual(sdks, ['sdk-azure-login.cjs', 'sdk-azure.cjs', 'sdk-google.cjs', 'sdk-s3.cjs']);
  for (const sdk of sdks) {
    const program = `process.stdout.write(Object.keys(require('./${sdk}')).join())`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.match(stdout, /S3Client|GoogleAuth|ContainerClient|DefaultAzureCredential/, `${sdk}: ${stderr}`);
  }
});

test('every package in the program is named with its licence, and each allows what we do', () => {
  const text = readFileSync(path.join(ROOT, 'dist/THIRD-PARTY.txt'), 'utf8');
  const licences = [...text.matchAll(/^(\S+ \d+\.\d+\.\S*): (.+)$/gm)];
  const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };

  const named = new Set(licences.map(([, title]) => title));
  for (const [name, version] of Object.entries(dependencies))
    assert.ok(named.has(`${name} ${version}`), name);
  for (const [line, , licence = ''] of licences)
    assert.match(
      licence,
      /^(?:MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|\(MIT OR .*\)|Public Domain OR MIT)$/,
      line,
    );
});

test('--check finds a committed page that is not what the sources say, and changes nothing', (t) => {
  const clone = mkdtempSync(path.join(tmpdir(), 'lifeboat-check-'));
  t.after(() => rmSync(clone, { recursive: true, force: true }));
  for (const name of [
    'contract',
    'generator',
    'scripts',
    'schema',
    'docs',
    'package.json',
    'package-lock.json',
  ])
    cpSync(path.join(ROOT, name), path.join(clone, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
  const check = () =>
    spawnSync(process.execPath, ['scripts/build.mjs', '--check'], { cwd: clone, encoding: 'utf8' });
  const page = path.join(clone, 'docs/exit-codes.md');
  writeFileSync(
    page,
    readFileSync(path.join(ROOT, 'docs/exit-codes.md'), 'utf8').replace('| 13 |', '| 31 |'),
  );

  const { status, stdout, stderr } = check();

  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /docs\/exit-codes\.md is not what the sources say/);
  assert.match(readFileSync(page, 'utf8'), /\| 31 \|/);
});
