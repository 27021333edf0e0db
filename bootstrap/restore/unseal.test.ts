/** The server here is a fake: it counts shares as a sealed server does, and opens to one set of them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import type { SealStatus } from '../vault/answers.ts';
import { createUnsealer, type UnsealClient } from './unseal.ts';

const base64 = (share: Uint8Array) => Buffer.from(share).toString('base64');
const fresh = () => Array.from({ length: 3 }, () => base64(randomBytes(33)));

class FakeServer {
  readonly key: ReadonlySet<string>;
  readonly threshold: number;
  readonly given: string[] = [];
  sealed = true;
  asked = 0;
  resets = 0;
  failure: LifeboatError | undefined;
  /** It takes shares, and stays sealed until it has joined. */
  joins = false;
  /** What somebody else does at that moment. */
  afterShare: (() => void) | undefined;
  afterRefusal: (() => void) | undefined;

  constructor(key: readonly string[], threshold = 3) {
    this.key = new Set(key);
    this.threshold = threshold;
  }

  give(share: string): { sealed: boolean; progress: number } {
    this.asked++;
    if (this.failure !== undefined) throw this.failure;
    if (!this.given.includes(share)) this.given.push(share);
    if (this.given.length < this.threshold) return { sealed: true, progress: this.given.length };
    const right = this.given.every((one) => this.key.has(one));
    this.given.length = 0;
    if (!right) this.afterRefusal?.();
    if (right && this.joins) return { sealed: true, progress: 0 };
    if (!right) throw new LifeboatError('keys', 'refused: the shares do not fit');
    this.sealed = false;
    return { sealed: false, progress: 0 };
  }

  get client(): UnsealClient {
    return {
      unseal: async (secret) => {
        const answer = this.give(secret.reveal());
        this.afterShare?.();
        return { ...answer, progress: this.given.length };
      },
      resetUnseal: async () => {
        this.resets++;
        this.given.length = 0;
      },
      sealStatus: async () => this.status,
    };
  }

  get status(): SealStatus {
    return {
      type: 'shamir',
      initialized: true,
      sealed: this.sealed,
      threshold: this.threshold,
      shares: 5,
      progress: this.given.length,
      recoverySeal: false,
      version: '1.21.1',
    };
  }
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unseal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, shares: readonly string[]) => writeFile(join(folder, name), shares.join('\n'));

function unsealer(server: FakeServer, unseal: RestoreSlice['restore']['unseal'] = { shares: folder }) {
  const slice = { server: { product: 'openbao' }, restore: { unseal } } as RestoreSlice;
  const look = createUnsealer({ slice, client: server.client, podName: 'openbao-0' });
  return () => look(server.status);
}

test('the shares of the key source open the server', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  await put('2026-03', right);

  assert.equal((await unsealer(server)()).sentence, 'unsealed with the shares of 2026-03');
  assert.equal(server.sealed, false);
});

test('dated sets are tried in turn, each by itself: one that is too small or wrong spoils no other', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  await put('2024-01', fresh().slice(0, 2));
  await put('2025-01', fresh());
  await put('2026-03', right);

  assert.equal((await unsealer(server)()).sentence, 'unsealed with the shares of 2026-03');
});

test('a share that does not belong to the others keeps no server sealed', async () => {
  const right = fresh();
  const [one = '', two = '', three = ''] = right;
  const [foreign = '', other = ''] = fresh();
  const server = new FakeServer(right);
  await put('shares', [foreign, one, other, two, three]);

  assert.equal((await unsealer(server)()).sentence, 'unsealed with the shares of shares');
});

test('a set that was refused is not given again until the Secret changes', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  const look = unsealer(server);
  await put('2025-01', fresh());

  assert.match((await look()).sentence, /no set of unseal shares was taken/);
  const { asked } = server;
  for (let looks = 0; looks < 5; looks++)
    assert.match(
      (await look()).sentence,
      /none of the 1 set\(s\).*restore\.unseal, or kubectl exec -ti openbao-0 -- bao/,
    );
  assert.equal(server.asked, asked);

  await put('2025-01', right);
  assert.match((await look()).sentence, /^unsealed/);
});

test('people who unseal by hand are waited for: their shares are neither mixed with ours nor reset', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  const look = unsealer(server);
  await put('2025-01', fresh());
  for (const share of right) {
    assert.equal(server.sealed, true);
    server.give(share);
    if (server.sealed)
      assert.match(
        (await look()).sentence,
        /people are unsealing, [12] of 3 unseal shares given \(of 5\); lifeboat waits/,
      );
  }

  assert.equal(server.sealed, false);
  assert.equal(server.resets, 0);
});

test('shares that somebody left behind are given up after a while', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  const look = unsealer(server);
  await put('2026-03', right);
  server.give(fresh()[0] ?? '');

  let looks = 0;
  while (server.sealed && looks < 100) {
    looks++;
    await look();
  }

  assert.equal(server.sealed, false);
  assert.ok(looks > 10, `given up after ${looks} looks`);
});

test('a server that took all shares and joins the others is waited for, not given them again', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  const look = unsealer(server);
  await put('2026-03', right);
  server.joins = true;

  assert.match((await look()).sentence, /the shares of 2026-03 were taken; the server joins the others/);
  for (let looks = 0; looks < 20; looks++) assert.match((await look()).sentence, /joins the others/);
  assert.equal(server.asked, 3);
  assert.equal(server.resets, 0);

  // A join that comes to nothing is begun again after a while.
  for (let looks = 0; looks < 60; looks++) await look();
  assert.equal(server.asked, 6);
});

test('people who begin while a wrong set is tried are left to it', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  const look = unsealer(server);
  await put('2025-01', [...fresh(), ...fresh()]);
  server.afterRefusal = () => server.give(right[0] ?? '');

  assert.match((await look()).sentence, /somebody else gives unseal shares/);
  assert.equal(server.resets, 0);
  assert.match((await look()).sentence, /people are unsealing, 1 of 3/);
  server.give(right[1] ?? '');
  server.give(right[2] ?? '');
  assert.equal(server.sealed, false);
});

test('shares that come in between ours are told from ours', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  const look = unsealer(server);
  await put('2026-03', right);
  server.afterShare = () => {
    server.afterShare = undefined;
    server.give(fresh()[0] ?? '');
  };

  assert.match((await look()).sentence, /somebody else gives unseal shares/);
  // No set is taken for a wrong one because of it.
  assert.match((await look()).sentence, /^unsealed/);
});

test('a server that people initialised a moment ago is left to them for a while', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  await put('2026-03', right);
  const slice = { server: { product: 'vault' }, restore: { unseal: { shares: folder } } } as RestoreSlice;
  const look = createUnsealer({ slice, client: server.client, podName: 'vault-0', peopleFirst: true });

  assert.match((await look(server.status)).sentence, /people may be about to unseal/);
  assert.equal(server.asked, 0);
  let looks = 1;
  while (server.sealed && looks < 100) {
    looks++;
    await look(server.status);
  }
  assert.equal(server.sealed, false);
  assert.ok(looks > 10, `${looks} looks`);
});

test('a server that went away in between is no refusal of the shares', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  const look = unsealer(server);
  await put('2026-03', right);
  server.failure = new LifeboatError('vault', 'connection refused', { retryable: true });

  await assert.rejects(look(), { message: 'connection refused' });
  server.failure = undefined;

  assert.match((await look()).sentence, /^unsealed/);
});

test('where people hold the shares nothing is given, and the sentence says what is waited for', async () => {
  const server = new FakeServer(fresh());
  const look = unsealer(server, { manual: {} });
  server.give(fresh()[0] ?? '');
  const { asked } = server;

  assert.equal(
    (await look()).sentence,
    'sealed: waits for people, 1 of 3 unseal shares given (of 5). Next: kubectl exec -ti openbao-0 -- bao operator unseal',
  );
  assert.equal(server.asked, asked);
});

test('a missing or unreadable Secret is told, and is read again when it is there', async () => {
  const right = fresh();
  const server = new FakeServer(right);
  const look = unsealer(server);

  assert.match(
    (await look()).sentence,
    /^sealed: the folder of unseal shares .* is empty\. Next: create the Secret/,
  );
  await put('2026-03', ['not a share']);
  assert.match((await look()).sentence, /^sealed: line 1 of .* is no unseal share/);
  await put('2026-03', right);
  assert.match((await look()).sentence, /^unsealed/);
});

test('a server with another seal is waited for', async () => {
  const server = new FakeServer(fresh());
  const slice = { server: { product: 'vault' }, restore: { unseal: { shares: folder } } } as RestoreSlice;
  const look = createUnsealer({ slice, client: server.client, podName: 'vault-0' });

  assert.match(
    (await look({ ...server.status, type: 'awskms', recoverySeal: true })).sentence,
    /waits for the awskms seal/,
  );
  assert.match((await look({ ...server.status, type: 'transit' })).sentence, /waits for the transit seal/);
  assert.equal(server.asked, 0);
});
