/** What the stores of Google and Azure say and do when the server misbehaves: tiny servers on loopback that answer one way. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test as plainTest, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { createAzureStore } from '../../bootstrap/store/azure.ts';
import type { CloudTuning } from '../../bootstrap/store/cloud-agent.ts';
import { createGcsStore } from '../../bootstrap/store/gcs.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import { listen } from '../support/loopback.ts';
import { bytesOf, lifeboatError } from './snapshot-store.ts';

/** What is tested here hangs when it fails. */
function test(title: string, run: (t: TestContext) => Promise<void>): void {
  void plainTest(title, { timeout: 20_000 }, run);
}

const KEY = Buffer.from('a key of a whole account').toString('base64');
let credentials: string;

before(async () => {
  credentials = await mkdtemp(join(tmpdir(), 'lifeboat-credentials-'));
  await writeFile(join(credentials, 'AZURE_STORAGE_KEY'), KEY);
});
after(() => rm(credentials, { recursive: true }));

interface Kind {
  readonly title: string;
  /** `the answer is not that of ...` */
  readonly protocol: RegExp;
  at(endpoint: string, tuning?: CloudTuning): SnapshotStore;
}

const QUICK = { idleTimeout: 300, maxAttempts: 1 };

const KINDS: readonly Kind[] = [
  {
    title: 'Google Cloud Storage',
    protocol: /is not that of Google Cloud Storage/,
    at: (endpoint, tuning) =>
      createGcsStore({ bucket: 'b', prefix: 'p', endpoint }, 'vault', { ...QUICK, ...tuning }),
  },
  {
    title: 'Azure Blob Storage',
    protocol: /is not that of Azure Blob Storage/,
    at: (endpoint, tuning) =>
      createAzureStore(
        { account: 'a', container: 'c', prefix: 'p', endpoint: `${endpoint}/a`, credentials },
        'vault',
        { ...QUICK, ...tuning },
      ),
  },
];

for (const { title, protocol, at } of KINDS) {
  const answering = async (t: TestContext, answer: RequestListener, tuning?: CloudTuning) =>
    at(await listen(t, createServer(answer)), tuning);

  test(`${title}: a server that takes connections and never answers is given up in time`, async (t) => {
    const error = await lifeboatError(at(await listen(t, createTcpServer())).list(''));
    assert.equal(error.exit, 'store');
    assert.equal(error.retryable, true);
    assert.match(error.message, /no answer in time/);
  });

  test(`${title}: a server that is silent in the middle of an upload is given up, and the body is stopped`, async (t) => {
    const store = await answering(t, (request, response) => {
      if (request.method === 'GET' || request.method === 'HEAD') notThere(title, request.url ?? '', response);
    });
    const body = bytesOf(Buffer.alloc(1000));
    const error = await lifeboatError(store.create('a.snap', body));
    assert.match(error.message, /no answer in time/);
    assert.equal(error.retryable, true);
    assert.ok(body.destroyed);
  });

  test(`${title}: a body that stops coming is given up in time`, async (t) => {
    const store = await answering(t, (_request, response) => {
      response.writeHead(200, { 'content-length': '1000', etag: '"e"' });
      response.write('only this');
    });
    const error = await lifeboatError(buffer(await store.read('a.snap')));
    assert.equal(error.exit, 'store');
    assert.equal(error.retryable, true);
    assert.match(error.message, /stopped coming|was cut/);
  });

  test(`${title}: a connection that is cut within a body is an error and no short object`, async (t) => {
    const store = await answering(t, (_request, response) => {
      response.writeHead(200, { 'content-length': '1000', etag: '"e"' });
      response.write('only this', () => response.destroy());
    });
    const error = await lifeboatError(buffer(await store.read('a.snap')));
    assert.equal(error.exit, 'store');
    assert.equal(error.retryable, true);
    assert.match(error.message, /cut/);
  });

  test(`${title}: damage that the announced sum shows is an error`, async (t) => {
    const wrong = '1B2M2Y8AsgTpgAmY7PhCfg==';
    const store = await answering(t, (_request, response) => {
      response.writeHead(200, {
        'content-length': '4',
        etag: '"e"',
        'content-md5': wrong,
        'x-goog-hash': `crc32c=AAAAAA==,md5=${wrong}`,
      });
      response.end('data');
    });
    const error = await lifeboatError(buffer(await store.read('a.snap')));
    assert.match(error.message, /damaged on the way/);
    assert.equal(error.retryable, true);
  });

  test(`${title}: an abort ends a call that hangs, with its reason`, async (t) => {
    const server = createTcpServer();
    const store = at(await listen(t, server), { idleTimeout: 60_000 });
    const abort = new AbortController();
    const reason = new Error('stopped');
    server.once('connection', () => abort.abort(reason));
    await assert.rejects(store.list('', { signal: abort.signal }), (error) => error === reason);
  });

  for (const [page, type] of [
    ['<html><body><p>Welcome<br></body></html>', 'text/html'],
    ['<html><body>Welcome</body></html>', 'text/html'],
    ['', 'text/plain'],
    ['{"items":[]}', 'application/json'],
    ['<ListBucketResult><Name>b</Name></ListBucketResult>', 'application/xml'],
  ] as const) {
    test(`${title}: ${page || 'nothing'} with status 200 is an error and no empty listing`, async (t) => {
      const store = await answering(t, (_request, response) => {
        response.writeHead(200, { 'content-type': type });
        response.end(page);
      });
      const error = await lifeboatError(store.list(''));
      assert.equal(error.exit, 'store');
      assert.match(error.message, protocol);
    });
  }

  test(`${title}: a 404 of another server is not taken for a missing object`, async (t) => {
    for (const page of ['', '<html><body>Not here</body></html>', '404 page not found']) {
      const store = await answering(t, (_request, response) => {
        response.writeHead(404, { 'content-type': 'text/html' });
        response.end(page);
      });
      assert.equal((await lifeboatError(store.read('latest.json'))).exit, 'store', page);
      assert.equal((await lifeboatError(store.remove('latest.json'))).exit, 'store', page);
    }
  });

  test(`${title}: nobody is sent elsewhere by an answer`, async (t) => {
    const asked: string[] = [];
    const elsewhere = await listen(
      t,
      createServer((request, response) => {
        asked.push(String(request.url));
        response.end('{"kind":"storage#objects"}');
      }),
    );
    for (const status of [301, 302, 307, 308]) {
      const store = await answering(t, (_request, response) => {
        response.writeHead(status, { location: `${elsewhere}/x` }).end();
      });
      for (const call of [() => store.list(''), () => store.read('a.snap'), () => store.remove('a.snap')]) {
        const error = await lifeboatError(call());
        assert.equal(error.exit, 'store');
        assert.match(error.message, /points elsewhere/);
      }
    }
    assert.deepEqual(asked, []);
  });
}

/** Google's answer for a missing object needs a listing that works. */
function notThere(title: string, url: string, response: Parameters<RequestListener>[1]): void {
  if (title.startsWith('Azure')) response.writeHead(404, { 'x-ms-error-code': 'BlobNotFound' }).end();
  else if (url.includes('prefix=')) response.end('{"kind":"storage#objects"}');
  else response.writeHead(404).end('Not Found');
}

const GOOGLE = [
  [400, 'invalid', /status 400 \(Google says so\)/, false],
  [401, 'authError', /credentials are not accepted \(Google says so\)/, false],
  [403, 'forbidden', /access is denied \(Google says so\)/, false],
  [403, 'userRateLimitExceeded', /slow down/, true],
  [404, 'notFound', /bucket does not exist/, false],
  [429, 'rateLimitExceeded', /slow down/, true],
  [500, 'backendError', /failed with status 500/, true],
  [503, 'backendError', /failed with status 503/, true],
] as const;

for (const [status, reason, says, retryable] of GOOGLE) {
  test(`Google's ${status} ${reason} is said in plain words in every operation`, async (t) => {
    const answer = JSON.stringify({
      error: { code: status, message: 'Google says so', errors: [{ reason }] },
    });
    await everyOperation(t, KINDS[0], says, retryable, (request, response) => {
      const looking = request.method === 'GET' && !/prefix=|alt=media/.test(request.url ?? '');
      // Whether there is an object already is asked first; whoever may not look goes on.
      if (looking && status !== 404) response.writeHead(403).end('{}');
      else response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
    });
  });
}

const AZURE = [
  [403, 'AuthenticationFailed', /credentials are not accepted \(AuthenticationFailed\)/, false],
  [403, 'AuthorizationPermissionMismatch', /access is denied \(AuthorizationPermissionMismatch\)/, false],
  [403, 'KeyBasedAuthenticationNotPermitted', /allows no keys/, false],
  [404, 'ContainerNotFound', /container does not exist/, false],
  [409, 'ContainerBeingDeleted', /container does not exist/, false],
  [429, 'TooManyRequests', /slow down/, true],
  [500, 'InternalError', /failed with status 500/, true],
  [503, 'ServerBusy', /slow down/, true],
] as const;

for (const [status, code, says, retryable] of AZURE) {
  test(`Azure's ${status} ${code} is said in plain words in every operation`, async (t) => {
    await everyOperation(t, KINDS[1], says, retryable, (request, response) => {
      if (request.method === 'HEAD' && status !== 404)
        response.writeHead(404, { 'x-ms-error-code': 'BlobNotFound' }).end();
      else {
        response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code });
        response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>sig=abc</Message></Error>`);
      }
    });
  });
}

async function everyOperation(
  t: TestContext,
  kind: Kind | undefined,
  says: RegExp,
  retryable: boolean,
  answer: RequestListener,
): Promise<void> {
  const store = kind?.at(await listen(t, createServer(answer)));
  assert.ok(store !== undefined);
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
    assert.match(error.message, /(bucket b|container c) at http:\/\/127\.0\.0\.1:/);
    assert.equal(error.retryable, retryable);
    assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /sig=|SharedKey/);
  }
}
