/** Against stand-ins on loopback: real HTTP, real TLS with certificates of openssl. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, test } from 'node:test';
import { inspect } from 'node:util';
import { LifeboatError } from '../../contract/errors.ts';
import { certificateFor } from '../../test/support/certificates.ts';
import { type StandIn, startStandIn } from '../../test/vault/stand-in.ts';
import { createTransport, type HttpRequest, networkError, readJson, type Transport } from './transport.ts';

const TOKEN = 'hvs.the-token';
const BODY = 'the-body';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function transport(tls: Parameters<typeof createTransport>[0] = {}): Transport {
  const made = createTransport(tls);
  ends.push(() => made.close());
  return made;
}

async function standIn(...args: Parameters<typeof startStandIn>): Promise<StandIn> {
  const made = await startStandIn(...args);
  ends.push(() => made.stop());
  return made;
}

function ask(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'PUT', url, headers: { 'x-vault-token': TOKEN }, body: BODY, ...more };
}

/** The error of a request, which must not show what was sent wherever one looks. */
async function failure(work: Promise<unknown>): Promise<LifeboatError> {
  const error: unknown = await work.then(
    (value) => assert.fail(`it worked: ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  const printed = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  assert.ok(!printed.includes(TOKEN) && !printed.includes(BODY), printed);
  assert.ok(error instanceof LifeboatError, printed);
  return error;
}

test('method, path, headers and body arrive, and the answer comes back with its status', async () => {
  const server = await standIn(() => ({ status: 404, json: { errors: ['no'] } }));

  const answer = await transport().send(ask(`${server.address}/v1/a%20b?c=d`));

  assert.equal(answer.status, 404);
  assert.deepEqual(await readJson(answer, 'x'), { errors: ['no'] });
  const [asked] = server.asked;
  assert.deepEqual([asked?.method, asked?.path, asked?.body], ['PUT', '/v1/a%20b?c=d', BODY]);
  assert.equal(asked?.headers['x-vault-token'], TOKEN);
});

test('a redirect is an answer: nothing follows it, so no token travels', async () => {
  const elsewhere = await standIn(() => ({ status: 200, json: {} }));
  const standby = await standIn(() => (to) => {
    to.writeHead(307, { location: `${elsewhere.address}/v1/x` }).end();
  });

  const answer = await transport().send(ask(`${standby.address}/v1/x`));

  assert.deepEqual([answer.status, answer.headers.location], [307, `${elsewhere.address}/v1/x`]);
  await answer.body.dump();
  assert.deepEqual(elsewhere.asked, []);
});

test('a server that never answers, and one whose answer stops coming, are given up', {
  timeout: 30_000,
}, async () => {
  const silent = await standIn(() => () => {});
  const stopping = await standIn(() => (to) => void to.writeHead(200).write('{"half":'));

  const error = await failure(transport().send(ask(silent.address, { idleTimeout: 50 })));
  assert.match(error.message, /^Vault at http:\/\/127\.0\.0\.1:\d+: no answer in time$/);
  assert.equal(error.retryable, true);

  const answer = await transport().send(ask(stopping.address, { idleTimeout: 50 }));
  assert.match((await failure(readJson(answer, 'o'))).message, /^Vault at o: the answer stopped coming$/);
});

test('a connection that is refused or cut is told as such, and may be tried again', async () => {
  const closed = await startStandIn(() => ({ status: 200 }));
  await closed.stop();
  const refused = await failure(transport().send(ask(closed.address)));
  assert.match(refused.message, /connection refused: nothing listens there yet/);
  assert.equal(refused.retryable, true);

  const cutting = await standIn(() => (to) => void to.destroy());
  const cut = await failure(transport().send(ask(cutting.address)));
  assert.match(cut.message, /the connection was cut/);
  assert.equal(cut.retryable, true);

  const unknown = await failure(transport().send(ask('http://vault.invalid:8200')));
  assert.match(
    unknown.message,
    /http:\/\/vault\.invalid:8200: (the name is unknown to DNS|DNS does not answer)/,
  );
});

test('a request that is cancelled fails with the reason that the canceller gave', async () => {
  const silent = await standIn(() => () => {});
  const stop = new AbortController();
  const reason = new LifeboatError('interrupted', 'stopped by SIGINT');
  const sent = transport().send(ask(silent.address, { signal: stop.signal }));
  while (silent.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));

  stop.abort(reason);

  assert.equal(await failure(sent), reason);
  assert.equal(await failure(transport().send(ask(silent.address, { signal: stop.signal }))), reason);
  const limit = AbortSignal.timeout(20);
  await assert.rejects(
    transport().send(ask(silent.address, { signal: limit })),
    (error) => error === limit.reason,
  );
});

test('a body that fails on our side fails the request without quoting it', async () => {
  const server = await standIn(() => ({ status: 204 }));
  const body = new Readable({ read: () => {} });
  body.push(BODY);
  setImmediate(() => body.destroy(new Error('the disk is broken')));

  assert.match(
    (await failure(transport().send(ask(server.address, { body })))).message,
    /the disk is broken/,
  );
});

test('TLS: the right CA and name are accepted; a wrong CA, a wrong name and no TLS are told apart', async () => {
  const [right, other] = [await certificateFor('vault.example'), await certificateFor('vault.example')];
  const server = await standIn(() => ({ status: 200, json: {} }), {
    cert: right['tls.crt'] ?? '',
    key: right['tls.key'] ?? '',
  });
  const folder = await mkdtemp(join(tmpdir(), 'ca-'));
  ends.push(() => rm(folder, { recursive: true }));
  const [caFile, otherCa] = [join(folder, 'ca'), join(folder, 'other')];
  await writeFile(caFile, right['ca.crt'] ?? '');
  await writeFile(otherCa, other['ca.crt'] ?? '');

  const good = await transport({ caFile, serverName: 'vault.example' }).send(ask(server.address));
  assert.equal(good.status, 200);
  await good.body.dump();

  const refusals: readonly (readonly [Parameters<typeof createTransport>[0], RegExp])[] = [
    [{ caFile: otherCa, serverName: 'vault.example' }, /its certificate is not accepted: /],
    [{ serverName: 'vault.example' }, /its certificate is not accepted: /],
    [
      { caFile, serverName: 'other.example' },
      /its certificate is not accepted: .*other\.example.*vault\.example/s,
    ],
    [{ caFile }, /its certificate is not accepted: .*127\.0\.0\.1/s],
  ];
  for (const [tls, message] of refusals) {
    const error = await failure(transport(tls).send(ask(server.address)));
    assert.match(error.message, message);
    assert.match(error.hint ?? '', /vault\.tls\.ca and vault\.tls\.serverName/);
    assert.equal(error.retryable, false);
  }
  assert.equal(server.asked.length, 1, 'no token was sent to a server that did not prove itself');

  const plain = await standIn(() => ({ status: 200 }));
  const error = await failure(transport({ caFile }).send(ask(plain.address.replace('http', 'https'))));
  assert.match(error.message, /the server does not speak TLS/);
});

test('TLS is not turned off by the environment', async () => {
  const { 'tls.crt': cert = '', 'tls.key': key = '' } = await certificateFor('vault.example');
  const server = await standIn(() => ({ status: 200 }), { cert, key });
  process.env.VAULT_SKIP_VERIFY = 'true';
  try {
    await failure(transport({ serverName: 'vault.example' }).send(ask(server.address)));
  } finally {
    delete process.env.VAULT_SKIP_VERIFY;
  }
});

test('a CA file that is not there is named, with what to create', () => {
  assert.throws(() => createTransport({ caFile: '/nonexistent/ca.crt' }), {
    exit: 'vault',
    message: /\/nonexistent\/ca\.crt: ENOENT/,
    hint: /vault\.tls\.ca/,
  });
});

test('what is no JSON is no answer, and a huge one is cut after 4 MiB', async () => {
  let sent = 0;
  const server = await standIn(({ path }) => {
    if (path === '/text') return (to) => void to.end('<html>');
    return (to) => {
      const more = (): void => {
        do sent += 65_536;
        while (!to.destroyed && to.write(Buffer.alloc(65_536, '[')));
        to.once('drain', more);
      };
      more();
    };
  });
  const made = transport();

  assert.equal(await readJson(await made.send(ask(`${server.address}/text`)), 'o'), undefined);
  const error = await failure(readJson(await made.send(ask(`${server.address}/huge`)), 'o'));
  assert.match(error.message, /^Vault at o: an answer of more than 4 MiB/);
  assert.equal(error.retryable, false);
  assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes were sent`);
});

test('what a port that is no HTTP server says is not quoted', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume();
    socket.end(`SSH-2.0 ${BODY}\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => new Promise((resolve) => server.close(resolve)));

  await failure(transport().send(ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)));
});

test('an error of ours passes through as it is', () => {
  const own = new LifeboatError('timeout', 'too long');

  assert.equal(networkError('o', own), own);
});
