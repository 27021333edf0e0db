/** An upload to Google in parts, with a network that loses some of them on their way there or back. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { test as plainTest, type TestContext } from 'node:test';
import { createGcsStore } from '../../bootstrap/store/gcs.ts';
import { listen } from '../support/loopback.ts';
import { whyMissing } from '../support/skip.ts';
import { startGcs } from '../support/start-gcs.ts';
import { bytesOf, lifeboatError } from './snapshot-store.ts';

const MIB = 1024 * 1024;
const bucket = 'snapshots';
const skip = (await whyMissing('fake-gcs-server')) ?? false;

function test(title: string, run: (t: TestContext) => Promise<void>): void {
  void plainTest(title, { timeout: 30_000, skip }, run);
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

type Step = (request: IncomingMessage, pass: () => Promise<Answer>) => Promise<Answer | 'cut'>;

function forward(incoming: IncomingMessage, body: Buffer, endpoint: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers, url = '' } = incoming;
    const onward = request(`${endpoint}${url}`, { method, headers }, (answer) => {
      buffer(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
        reject,
      );
    });
    onward.on('error', reject).end(body);
  });
}

/**
 * A store whose requests go through `step`, which gives back the answer. What a session holds is answered here, as
 * Google documents it: the server behind takes that question for the end of the upload. Sessions are said to be at
 * `session`.
 */
async function storeThrough(t: TestContext, step: Step, session?: string) {
  const server = await startGcs({ bucket });
  t.after(() => server.stop());
  let held = '';
  let whole: Answer | undefined;

  async function pass(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const range = incoming.headers['content-range'];
    if (range?.startsWith('bytes */') === true)
      return whole ?? { status: 308, headers: held === '' ? {} : { range: held }, body: Buffer.alloc(0) };
    const answer = await forward(incoming, body, server.endpoint);
    if (range !== undefined && answer.status === 308) held = String(answer.headers.range);
    if (range !== undefined && answer.status === 200) whole = answer;
    return answer;
  }

  const front = await listen(
    t,
    createServer((incoming: IncomingMessage, response: ServerResponse) => {
      void buffer(incoming).then(async (body) => {
        const answer = await step(incoming, () => pass(incoming, body));
        if (answer === 'cut') return response.destroy();
        const location = answer.headers.location;
        const own =
          typeof location === 'string' ? location.replace(/^https?:\/\/[^/]+/, session ?? front) : '';
        const headers = own === '' ? answer.headers : { ...answer.headers, location: own };
        return response.writeHead(answer.status, headers).end(answer.body);
      });
    }),
  );
  return createGcsStore({ bucket, prefix: '', endpoint: front }, 'vault', { partSize: MIB });
}

const isPart = ({ method, headers }: IncomingMessage): boolean =>
  method === 'PUT' && /^bytes \d/.test(headers['content-range'] ?? '');

for (const lost of ['on its way', 'after it arrived'] as const) {
  for (const which of [2, 4]) {
    test(`part ${which} of 4 that is lost ${lost} is made good, and the object is whole`, async (t) => {
      let parts = 0;
      const store = await storeThrough(t, async (incoming, pass) => {
        if (!isPart(incoming) || ++parts !== which) return pass();
        if (lost === 'after it arrived') await pass();
        return 'cut';
      });
      const bytes = randomBytes(3 * MIB + 17);

      await store.create('a.snap', bytesOf(bytes));

      const back = await buffer(await store.read('a.snap'));
      const sum = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
      assert.equal(sum(back), sum(bytes));
    });
  }
}

test('parts that are lost again and again are a passing failure, and the session is cancelled', async (t) => {
  const seen: string[] = [];
  const store = await storeThrough(t, async (incoming, pass) => {
    seen.push(incoming.method ?? '');
    return incoming.method === 'PUT' ? 'cut' : pass();
  });

  const error = await lifeboatError(store.create('a.snap', bytesOf(randomBytes(3 * MIB))));

  assert.equal(error.retryable, true);
  assert.match(error.message, /was cut/);
  assert.equal(seen.at(-1), 'DELETE');
  assert.deepEqual(await store.list(''), []);
});

test('a session that would lead elsewhere is not used', async (t) => {
  const asked: string[] = [];
  const elsewhere = await listen(
    t,
    createServer((incoming, response) => {
      asked.push(String(incoming.url));
      response.end();
    }),
  );
  const store = await storeThrough(t, (_incoming, pass) => pass(), elsewhere);

  const error = await lifeboatError(store.create('a.snap', bytesOf(randomBytes(3 * MIB))));
  assert.match(error.message, /is not that of Google Cloud Storage/);
  assert.deepEqual(asked, []);
});
