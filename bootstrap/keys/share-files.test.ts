import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { inspect } from 'node:util';
import { parseShareText, readShareFile, readShareFolder } from './share-files.ts';

const shares = Array.from({ length: 3 }, () => randomBytes(33));
const base64 = shares.map((share) => share.toString('base64'));
const hex = shares.map((share) => share.toString('hex'));
const bytesOf = (set: { readonly shares: readonly Uint8Array[] }) =>
  set.shares.map((share) => Buffer.from(share));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shares-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('lines of base64 and hex are read, blank lines and comments passed over', () => {
  const text = `\ufeff# of 2026\r\n\r\n${base64[0]}\r\n  ${hex[1]?.toUpperCase()}\n\t# third\n${base64[2]}`;
  assert.deepEqual(bytesOf(parseShareText(text, 'f')), shares);
});

test("the servers' own JSON is read, from the command line and from the API", () => {
  for (const fields of [
    { unseal_keys_b64: base64, unseal_keys_hex: hex, root_token: 'x' },
    { unseal_keys_hex: hex },
    { keys: hex, keys_base64: base64 },
    { keys: hex },
  ])
    assert.deepEqual(bytesOf(parseShareText(`\n${JSON.stringify(fields, null, 2)}\n`, 'f')), shares);
});

test('the 32 bytes of a single share are read too', () => {
  const key = randomBytes(32);
  for (const text of [key.toString('base64'), key.toString('hex')])
    assert.deepEqual(bytesOf(parseShareText(text, 'f')), [key]);
});

test('a bad file is refused by its place, without a letter of its content', () => {
  const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ=';
  for (const [text, message] of [
    [`${base64[0]}\nUnseal Key 2: ${secret}`, /^line 2 of f is no unseal share: neither base64 nor hex$/],
    [secret, /^line 1 of f .* has 20 bytes, not 33/],
    [`{"keys": [${secret}`, /^f begins like JSON, but is none$/],
    [JSON.stringify({ keys: [hex[0], secret] }), /^entry 2 of keys in f .* 20 bytes/],
    [JSON.stringify({ keys: [7] }), /^entry 1 of keys in f is no text$/],
    [JSON.stringify({ root_token: secret }), /^f is JSON without any of unseal_keys_b64/],
    [
      JSON.stringify({ unseal_keys_b64: [], recovery_keys_b64: [secret] }),
      /recovery keys, not unseal shares/,
    ],
    ['# nothing\n', /^f holds no unseal share$/],
    [randomBytes(300).toString('base64'), /has 300 bytes/],
  ] as const) {
    assert.throws(
      () => parseShareText(text, 'f'),
      (error: Error & { exit?: string; hint?: string }) => {
        assert.match(error.message, message);
        assert.equal(error.exit, 'keys');
        assert.doesNotMatch(inspect(error), /c2Vj/);
        return true;
      },
    );
  }
});

test('a share encrypted with PGP is told as such', () => {
  assert.throws(() => parseShareText(randomBytes(300).toString('base64'), 'f'), { hint: /PGP/ });
});

test('a set prints its name and count alone', () => {
  const set = parseShareText(base64.join('\n'), 'f');
  for (const printed of [inspect(set), inspect({ deep: [set] }), JSON.stringify(set)]) {
    assert.match(printed, /3 redacted/);
    assert.doesNotMatch(printed, new RegExp(`${shares[0]?.[0]}, ?${shares[0]?.[1]}`));
  }
});

test('each file of a folder is a set, in the order of their names', async () => {
  await writeFile(join(folder, '2026-03'), base64.slice(0, 2).join('\n'));
  await writeFile(join(folder, '2025-01'), hex.join('\n'));
  const sets = await readShareFolder(folder);
  assert.deepEqual(
    sets.map(({ name, shares }) => [name, shares.length]),
    [
      ['2025-01', 3],
      ['2026-03', 2],
    ],
  );
});

test('files of one share each are one set, named by the folder', async () => {
  for (const [i, share] of base64.entries()) await writeFile(join(folder, `key${i + 1}`), `${share}\n`);
  const sets = await readShareFolder(`${folder}/`);
  assert.equal(sets.length, 1);
  assert.ok(folder.endsWith(sets[0]?.name ?? '-'));
  assert.deepEqual(sets.flatMap(bytesOf), shares);
});

test('files of one whole key each are dated sets of Vaults with a single share', async () => {
  for (const name of ['2025', '2026'])
    await writeFile(join(folder, name), randomBytes(32).toString('base64'));
  const sets = await readShareFolder(folder);
  assert.deepEqual(
    sets.map(({ name }) => name),
    ['2025', '2026'],
  );
});

test("a mounted Secret's links are followed and the kubelet's own names and folders left alone", async () => {
  await mkdir(join(folder, '..2026_01_01'));
  await writeFile(join(folder, '..2026_01_01', 'shares'), base64.join('\n'));
  await symlink('..2026_01_01', join(folder, '..data'));
  await symlink('..data/shares', join(folder, 'shares'));
  await writeFile(join(folder, '..note'), 'no share');
  await mkdir(join(folder, 'lost+found'));
  const sets = await readShareFolder(folder);
  assert.deepEqual(
    sets.map(({ name, shares }) => [name, shares.length]),
    [['shares', 3]],
  );
});

test('a missing or empty folder, a missing and an oversized file are refused by name', async () => {
  await assert.rejects(readShareFolder(join(folder, 'none')), {
    exit: 'keys',
    message: /none does not exist$/,
  });
  await assert.rejects(readShareFolder(folder), { exit: 'keys', message: /is empty$/ });
  await assert.rejects(readShareFile(join(folder, 'none')), {
    exit: 'keys',
    message: /none does not exist$/,
  });
  await assert.rejects(readShareFile(folder), { exit: 'keys', message: /cannot be read: EISDIR$/ });
  await writeFile(join(folder, 'large'), Buffer.alloc(1024 * 1024 + 1));
  await assert.rejects(readShareFile(join(folder, 'large')), {
    exit: 'keys',
    message: /large is 1048577 bytes long/,
  });
});
