/** What the S3 store says and does when the server misbehaves: tiny servers on loopback that answer one way. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test as plainTest, type TestContext } from 'node:test';
import { createS3Store } from '../../bootstrap/store/s3.ts';
import type { S3Tuning } from '../../bootstrap/store/s3-client.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import { listen } from '../support/loopback.ts';
import { bytesOf, lifeboatError } from './snapshot-store.ts';

const MIB = 1024 * 1024;

/** What is tested here hangs when it fails. */
function test(title: string, run: (t: TestContext) => Promise<void>): void {
  void plainTest(title, { timeout: 20_000 }, run);
}

let credentials: string;

before(async () => {
  credentials = await mkdtemp(join(tmpdir(), 'lifeboat-credentials-'));
  await writeFile(join(credentials, 'AWS_ACCESS_KEY_ID'), 'someone');
  await writeFile(join(credentials, 'AWS_SECRET_ACCESS_KEY'), 'something');
});
after(() => rm(credentials, { recursive: true }));

function storeAt(endpoint: string, tuning: S3Tuning = {}): SnapshotStore {
  const config = { bucket: 'b', prefix: 'p', endpoint, credentials };
  return createS3Store(config, 'vault', { idleTimeout: 300, maxAttempts: 1, ...tuning });
}

async function answering(t: TestContext, answer: RequestListener, tuning?: S3Tuning): Promise<SnapshotStore> {
  return storeAt(await listen(t, createServer(answer)), tuning);
}

function xmlError(response: ServerResponse, status: number, code: string, more = ''): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>the server says so</Message>${more}</Error>`,
  );
}

test('a server that takes connections and never answers is given up in time', async (t) => {
  const store = storeAt(await listen(t, createTcpServer()));
  const error = await lifeboatError(store.list(''));
  assert.equal(error.exit, 'store');
  assert.equal(error.retryable, true);
  assert.match(error.message, /no answer in time/);
});

test('a silent server is given up in the middle of an upload, and the body is stopped', async (t) => {
  const store = await answering(t, (request, response) => {
    if (request.method === 'HEAD') response.writeHead(404).end();
  });
  const body = bytesOf(Buffer.alloc(1000));
  const error = await lifeboatError(store.create('a.snap', body));
  assert.match(error.message, /no answer in time/);
  assert.equal(error.retryable, true);
  assert.ok(body.destroyed);
});

test('a body that stops coming is given up in time', async (t) => {
  const store = await answering(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('only this');
  });
  const error = await lifeboatError(buffer(await store.read('a.snap')));
  assert.equal(error.exit, 'store');
  assert.equal(error.retryable, true);
  assert.match(error.message, /no answer in time/);
});

test('a connection that is cut within a body is an error and no short object', async (t) => {
  for (const checksum of [{}, { 'x-amz-checksum-crc32': 'AAAAAA==' }]) {
    const store = await answering(t, (_request, response) => {
      response.writeHead(200, { 'content-length': '1000', ...checksum });
      response.write('only this', () => response.destroy());
    });
    const error = await lifeboatError(buffer(await store.read('a.snap')));
    assert.equal(error.exit, 'store');
    assert.equal(error.retryable, true);
    assert.match(error.message, /cut/);
  }
});

test('an abort ends a call that hangs, with its reason', async (t) => {
  const server = createTcpServer();
  const store = storeAt(await listen(t, server), { idleTimeout: 60_000 });
  const abort = new AbortController();
  const reason = new Error('stopped');
  server.once('connection', () => abort.abort(reason));
  await assert.rejects(store.list('', { signal: abort.signal }), (error) => error === reason);
});

test('damage that the server checksum shows is an error', async (t) => {
  const store = await answering(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '4', 'x-amz-checksum-crc32': 'AAAAAA==' });
    response.end('data');
  });
  const error = await lifeboatError(buffer(await store.read('a.snap')));
  assert.match(error.message, /damaged or lost/);
  assert.equal(error.retryable, true);
});

const ANSWERS = [
  [301, 'PermanentRedirect', /another region/, false],
  [400, 'AuthorizationHeaderMalformed', /another region: eu-central-1/, false],
  [400, 'ExpiredToken', /session token is not valid any more/, false],
  [403, 'AccessDenied', /access is denied \(the server says so\)/, false],
  [403, 'InvalidAccessKeyId', /access key is unknown/, false],
  [403, 'RequestTimeTooSkewed', /clock/, false],
  [404, 'NoSuchBucket', /bucket does not exist/, false],
  [409, 'OperationAborted', /another writer/, true],
  [429, 'TooManyRequests', /slow down/, true],
  [500, 'InternalError', /failed with status 500/, true],
  [503, 'SlowDown', /slow down/, true],
  [507, 'InsufficientStorage', /full/, false],
  [400, 'SomethingNew', /SomethingNew: the server says so/, false],
] as const;

for (const [status, code, says, retryable] of ANSWERS) {
  test(`${code} is said in plain words in every operation`, async (t) => {
    const store = await answering(t, (request, response) => {
      if (request.method === 'HEAD') response.writeHead(404).end();
      else xmlError(response, status, code, '<Region>eu-central-1</Region>');
    });
    for (const call of [
      () => store.list(''),
      () => store.read('a.snap'),
      () => store.create('a.snap', bytesOf(Buffer.from('x'))),
      () => store.replace('latest.json', Buffer.from('x')),
      () => store.remove('a.snap'),
    ]) {
      const error = await lifeboatError(call());
      assert.equal(error.exit, 'store');
      assert.match(error.message, says);
      assert.match(error.message, /bucket b at http:\/\/127\.0\.0\.1:/);
      assert.equal(error.retryable, retryable);
    }
  });
}

test('a store without conditional writes is named as such', async (t) => {
  const store = await answering(t, (request, response) => {
    if (request.method === 'HEAD') response.writeHead(404).end();
    else xmlError(response, 501, 'NotImplemented');
  });
  const error = await lifeboatError(store.create('a.snap', bytesOf(Buffer.from('x'))));
  assert.match(error.message, /If-None-Match/);
  assert.equal(error.retryable, false);
  assert.match(error.hint ?? '', /checksums/);
});

test('create refuses to overwrite also where the store ignores the condition', async (t) => {
  const methods: (string | undefined)[] = [];
  const store = await answering(t, (request, response) => {
    methods.push(request.method);
    response.writeHead(200).end();
  });
  const error = await lifeboatError(store.create('a.snap', bytesOf(Buffer.from('x'))));
  assert.match(error.message, /exists already/);
  assert.deepEqual(methods, ['HEAD']);
});

test('new objects carry the condition, in one request and in many', async (t) => {
  const conditions: string[] = [];
  const store = await answering(t, (request, response) => {
    conditions.push(`${operationOf(request)} ${request.headers['if-none-match'] ?? '-'}`);
    multipart(request, response);
  });
  await store.create('a.snap', bytesOf(Buffer.from('x')));
  await store.create('b.snap', bytesOf(Buffer.alloc(9 * MIB)));
  assert.ok(conditions.includes('put *'), conditions.join());
  assert.ok(conditions.includes('complete *'), conditions.join());
});

for (const failing of ['part', 'complete'] as const) {
  test(`an upload whose ${failing} fails is undone, though the body would go on for ever`, async (t) => {
    const seen: string[] = [];
    const store = await answering(t, (request, response) => {
      const operation = operationOf(request);
      seen.push(operation);
      if (operation === failing) request.resume().on('end', () => xmlError(response, 503, 'SlowDown'));
      else multipart(request, response);
    });
    const body =
      failing === 'part'
        ? Readable.from(
            (async function* () {
              yield Buffer.alloc(9 * MIB);
              await new Promise(() => {});
            })(),
          )
        : bytesOf(Buffer.alloc(9 * MIB));
    const error = await lifeboatError(store.create('a.snap', body));
    assert.match(error.message, /slow down/);
    assert.ok(body.destroyed);
    assert.equal(seen.at(-1), 'undo');
  });
}

test('a listing that never ends is an error', async (t) => {
  const store = await answering(t, (_request, response) => {
    response.end(
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken></ListBucketResult>',
    );
  });
  assert.match((await lifeboatError(store.list(''))).message, /never ends/);
});

test('a 404 of a server that is no S3 is not taken for a missing object', async (t) => {
  for (const page of ['', '<html><body>Not here</body></html>', '404 page not found']) {
    const store = await answering(t, (_request, response) => {
      response.writeHead(404, { 'content-type': 'text/html' });
      response.end(page);
    });
    assert.equal((await lifeboatError(store.read('latest.json'))).exit, 'store', page);
  }
});

for (const [title, page] of [
  ['a broken web page', '<html><body><p>Welcome<br></body></html>'],
  ['a well-formed web page', '<html><body>Welcome</body></html>'],
  ['nothing', ''],
  ['JSON', '{"contents":[]}'],
] as const) {
  test(`${title} with status 200 is an error and no empty listing`, async (t) => {
    const store = await answering(t, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(page);
    });
    const error = await lifeboatError(store.list(''));
    assert.equal(error.exit, 'store');
    assert.match(error.message, /is not that of an S3 server/);
  });
}

function operationOf(request: IncomingMessage): string {
  const query = new URL(request.url ?? '', 'http://x').searchParams;
  if (request.method === 'POST') return query.has('uploads') ? 'begin' : 'complete';
  if (request.method === 'DELETE') return 'undo';
  if (request.method === 'PUT') return query.has('partNumber') ? 'part' : 'put';
  return String(request.method).toLowerCase();
}

/** Just enough of S3 to take an upload. */
function multipart(request: IncomingMessage, response: ServerResponse): void {
  request.resume().on('end', () => {
    const operation = operationOf(request);
    if (operation === 'head') response.writeHead(404).end();
    else if (operation === 'begin') {
      response.end('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
    } else if (operation === 'complete') {
      response.end('<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>');
    } else if (operation === 'undo') response.writeHead(204).end();
    else response.writeHead(200, { etag: '"e"' }).end();
  });
}
