/** Every answer comes from a real listener on loopback. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateFor } from '../../test/support/certificates.ts';
import { freePort } from '../../test/support/server-process.ts';
import { type Answer as Reply, type StandIn, startStandIn } from '../../test/vault/stand-in.ts';
import { type Answer, createAsker } from './ask-server.ts';
import { listenWhileHolding } from './holding.ts';

async function ask(port: number, tls: { caFile?: string; serverName?: string } = {}): Promise<Answer> {
  const asker = createAsker({ port, tls, timeout: 1500 });
  try {
    return await asker.ask('127.0.0.1');
  } finally {
    await asker.close();
  }
}

async function askStandIn(reply: (path: string) => Reply): Promise<Answer> {
  const server = await startStandIn(({ path }) => reply(path));
  try {
    return await ask(server.port);
  } finally {
    await server.stop();
  }
}

const NOT_FOUND: Reply = { status: 404, json: { errors: [] } };

describe('a server', () => {
  for (const [status, initialized] of [
    [200, true],
    [429, true],
    [472, true],
    [473, true],
    [503, true],
    [501, false],
  ] as const) {
    test(`${status} is ${initialized ? 'one with data' : 'one without'}`, async () => {
      const answer = await askStandIn((path) =>
        path === '/v1/sys/health' ? { status, json: { initialized } } : NOT_FOUND,
      );

      assert.equal(answer.answer, 'server');
      assert.equal('initialised' in answer && answer.initialised, initialized);
    });
  }

  test('one whose health is hidden shows its seal', async () => {
    const answer = await askStandIn((path) =>
      path === '/v1/sys/seal-status' ? { status: 200, json: { initialized: true } } : NOT_FOUND,
    );

    assert.equal('initialised' in answer && answer.initialised, true);
  });

  test('something that is no Vault is not understood', async () => {
    for (const reply of [
      { status: 200, json: { status: 'ok' } },
      { status: 503, json: undefined },
      { status: 500, json: { errors: ['x'] } },
      { status: 200, json: { initialized: 'yes' } },
    ]) {
      const answer = await askStandIn(() => reply);

      assert.equal(answer.answer, 'none');
      assert.match('because' in answer ? answer.because : '', /neither as a Vault nor as lifeboat/);
    }
  });
});

describe('a pod that holds', () => {
  test('says who it is', async () => {
    const port = await freePort();
    const pod = await listenWhileHolding({
      port,
      host: '127.0.0.1',
      installation: 'vault/vault',
      ordinal: 2,
    });
    try {
      const answer = await ask(port);

      assert.equal(answer.answer, 'holding');
      assert.deepEqual('holding' in answer && { ...answer.holding, version: '' }, {
        version: '',
        installation: 'vault/vault',
        ordinal: 2,
        state: 'empty',
        doing: 'waits',
      });
      pod.nowRestores();
      const later = await ask(port);
      assert.equal('holding' in later && later.holding.doing, 'restores');
    } finally {
      await pod.close();
    }
  });

  test('gives every other question an answer that is no state of a Vault', async () => {
    const port = await freePort();
    const pod = await listenWhileHolding({
      port,
      host: '127.0.0.1',
      installation: 'vault/vault',
      ordinal: 2,
    });
    try {
      for (const [method, path] of [
        ['GET', '/v1/sys/health'],
        ['HEAD', '/v1/sys/health'],
        ['GET', '/v1/sys/health?standbyok=true&uninitcode=200'],
        ['GET', '/v1/sys/seal-status'],
        ['PUT', '/v1/sys/init'],
        ['POST', '/.lifeboat/holding'],
        ['GET', '/v1/secret/data/app'],
        ['GET', '/'],
      ] as const) {
        const { status } = await fetch(`http://127.0.0.1:${port}${path}`, { method });
        // 404 would tell a client that its secret is gone.
        assert.ok(![200, 204, 404, 429, 472, 473, 501, 503].includes(status), `${method} ${path}: ${status}`);
      }
    } finally {
      await pod.close();
    }
  });

  test('frees its port at once, also with a connection open', async () => {
    const port = await freePort();
    const pod = await listenWhileHolding({
      port,
      host: '127.0.0.1',
      installation: 'vault/vault',
      ordinal: 0,
    });
    await fetch(`http://127.0.0.1:${port}/x`, { headers: { connection: 'keep-alive' } });

    await pod.close();

    const next = await listenWhileHolding({ port, host: '127.0.0.1', installation: 'a/b', ordinal: 0 });
    await next.close();
  });

  test('a port that is taken is one clear refusal', async () => {
    const port = await freePort();
    const options = { port, host: '127.0.0.1', installation: 'vault/vault', ordinal: 0 };
    const pod = await listenWhileHolding(options);
    try {
      await assert.rejects(listenWhileHolding(options), {
        exit: 'refused',
        message: /cannot listen on port \d+ to tell the others that it has no data: EADDRINUSE/,
      });
    } finally {
      await pod.close();
    }
  });
});

describe('nobody', () => {
  test('a port that refuses', async () => {
    const answer = await ask(await freePort());

    assert.deepEqual(answer, { answer: 'none', because: 'connection refused: nothing listens there yet' });
  });

  test('a listener that never answers', async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      const asker = createAsker({ port, timeout: 200 });
      const answer = await asker.ask('127.0.0.1');
      await asker.close();

      assert.deepEqual(answer, { answer: 'none', because: 'no answer in time' });
    } finally {
      server.close();
    }
  });

  test('a listener that cuts the connection', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      assert.equal((await ask(port)).answer, 'none');
    } finally {
      server.close();
    }
  });
});

describe('by TLS', () => {
  let folder: string;
  let files: Record<string, string>;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ask-'));
    files = await certificateFor('vault.example');
    writeFileSync(join(folder, 'ca.crt'), files['ca.crt'] ?? '');
    writeFileSync(join(folder, 'other.crt'), (await certificateFor('other'))['ca.crt'] ?? '');
  });
  after(() => rmSync(folder, { recursive: true }));

  const serve = (initialized: boolean): Promise<StandIn> =>
    startStandIn(() => ({ status: initialized ? 200 : 501, json: { initialized } }), {
      cert: files['tls.crt'] ?? '',
      key: files['tls.key'] ?? '',
    });

  async function askTls(initialized: boolean, ca: string | undefined): Promise<Answer> {
    const server = await serve(initialized);
    try {
      return await ask(server.port, ca === undefined ? {} : { caFile: join(folder, ca) });
    } finally {
      await server.stop();
    }
  }

  test('the CA is enough: the certificate need not carry the name of the pod', async () => {
    for (const initialised of [true, false]) {
      const answer = await askTls(initialised, 'ca.crt');

      assert.equal(answer.answer, 'server');
      assert.equal('initialised' in answer && answer.initialised, initialised);
      assert.doesNotMatch('words' in answer ? answer.words : '', /not trusted/);
    }
  });

  for (const ca of ['other.crt', 'missing.crt', undefined]) {
    test(`with ${ca ?? 'no'} CA it is believed where it has data, and not where it says it has none`, async () => {
      const withData = await askTls(true, ca);
      assert.equal('initialised' in withData && withData.initialised, true);
      assert.match('words' in withData ? withData.words : '', /its certificate is not trusted/);

      const without = await askTls(false, ca);
      assert.equal(without.answer, 'none');
      assert.match(
        'because' in without ? without.because : '',
        /certificate is not trusted .*vault\.tls\.ca/,
      );
    });
  }
});
