/** `lifeboat snapshots` on a workstation: the file that render wrote, and the store's credentials where they are here. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { runSnapshots } from '../../cli/commands/snapshots.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { fileOf, renderCase } from '../render/cases.ts';

const NOTHING =
  '<?xml version="1.0"?><ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';

let folder = '';
let stdout = '';
let signers: string[] = [];

const io = {
  stdin: Readable.from([]),
  stdout: (text: string) => {
    stdout += text;
  },
  stderr: () => {},
};

/** An empty bucket that notes whose keys a request was signed with. */
const bucket = createServer((request, response) => {
  signers.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody');
  const list = request.url?.includes('list-type=2') === true;
  response.writeHead(list ? 200 : 404, { 'content-type': 'application/xml' });
  response.end(list ? NOTHING : '<Error><Code>NoSuchKey</Code></Error>');
});

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-snapshots-'));
  stdout = '';
  signers = [];
  await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
  const { port } = bucket.address() as AddressInfo;
  const rendered = fileOf(await renderCase('vault-s3-approle'), 'backup.json');
  writeFileSync(
    path.join(folder, 'backup.json'),
    rendered.replace('https://s3.example', `http://127.0.0.1:${port}`),
  );
  mkdirSync(path.join(folder, 'keys'));
  writeFileSync(path.join(folder, 'keys/AWS_ACCESS_KEY_ID'), 'here');
  writeFileSync(path.join(folder, 'keys/AWS_SECRET_ACCESS_KEY'), 'made for this test');
});

afterEach(async () => {
  bucket.closeAllConnections();
  await new Promise((resolve) => bucket.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

test('the backup.json that render wrote and --credentials are enough to list the store', async () => {
  const config = path.join(folder, 'backup.json');

  await runSnapshots({ config, credentials: path.join(folder, 'keys'), json: true }, io);

  assert.deepEqual((JSON.parse(stdout) as { snapshots: unknown }).snapshots, []);
  assert.deepEqual([...new Set(signers)], ['here']);
});

test("without --credentials the pod's folder is looked for, and the bucket is not asked", async () => {
  await assert.rejects(
    runSnapshots({ config: path.join(folder, 'backup.json'), json: true }, io),
    (error: unknown) => error instanceof LifeboatError && /\/lifeboat\/store/.test(error.message),
  );
  assert.deepEqual(signers, []);
});

test("--ca is read in the place of the pod's file", async () => {
  const ca = path.join(folder, 'absent.pem');

  await assert.rejects(
    runSnapshots(
      { config: path.join(folder, 'backup.json'), credentials: path.join(folder, 'keys'), ca, json: true },
      io,
    ),
    (error: unknown) => error instanceof LifeboatError && error.message.includes(ca),
  );
});
