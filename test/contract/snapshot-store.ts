/**
 * The contract of a SnapshotStore as tests: the same suite runs over every kind (memory, directory, S3). What a
 * kind must bring is a StoreHarness.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import { LifeboatError } from '../../contract/errors.ts';

export interface BrokenStore {
  readonly store: SnapshotStore;
  readonly retryable: boolean;
  /** What the message must name. */
  readonly says: RegExp;
  /** Operations that cannot show the fault. */
  readonly except?: readonly string[];
}

export interface StoreHarness {
  /** A store under a name of its own, empty. */
  open(): SnapshotStore;
  /** Whatever stands beside the finished objects, in all stores of the harness: temporary files, unfinished uploads. */
  leftovers(): Promise<readonly string[]>;
  /** Stores that cannot work, by what is wrong. */
  broken(): Promise<Readonly<Record<string, BrokenStore>>>;
  /** Texts that no error may hold. */
  readonly secrets: readonly string[];
  stop(): Promise<void>;
}

const MIB = 1024 * 1024;

export function bytesOf(...chunks: readonly Uint8Array[]): Readable {
  return Readable.from(chunks, { objectMode: false });
}

/** A body that gives `size` bytes and then does what `end` says. */
function bodyThen(size: number, end: () => Promise<void>): Readable {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; left -= MIB) yield Buffer.alloc(Math.min(left, MIB), left);
    await end();
  }
  return Readable.from(chunks(), { objectMode: false });
}

async function rejection(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  return assert.fail('it should have failed');
}

export async function lifeboatError(call: Promise<unknown>): Promise<LifeboatError> {
  const error = await rejection(call);
  assert.ok(error instanceof LifeboatError, `not a LifeboatError: ${inspect(error)}`);
  return error;
}

async function keysOf(store: SnapshotStore, prefix = ''): Promise<readonly string[]> {
  return (await store.list(prefix)).map(({ key }) => key);
}

/** Something to wait for, opened from elsewhere. */
function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const never = (): Promise<void> => new Promise(() => {});

export function snapshotStoreContract(
  kind: string,
  start: () => Promise<StoreHarness>,
  skip: string | undefined = undefined,
): void {
  describe(`a ${kind} store`, { timeout: 60_000, skip: skip ?? false }, () => {
    let harness: StoreHarness;
    before(async () => {
      harness = await start();
    });
    after(() => harness.stop());

    async function assertUntouched(store: SnapshotStore): Promise<void> {
      assert.deepEqual(await store.list(''), []);
      assert.deepEqual(await harness.leftovers(), []);
    }

    test('that nobody wrote to lists nothing', async () => {
      assert.deepEqual(await harness.open().list(''), []);
      assert.deepEqual(await harness.open().list('snapshots/'), []);
    });

    test('lists every key in ascending order with its size, over as many pages as it takes', async () => {
      const store = harness.open();
      const keys = Array.from(
        { length: 23 },
        (_, i) => `snapshots/${String((i * 7) % 23).padStart(2, '0')}.snap`,
      );
      for (const [i, key] of keys.entries()) await store.replace(key, Buffer.alloc(i));

      const listed = await store.list('snapshots/');

      assert.deepEqual(
        listed.map(({ key }) => key),
        [...keys].sort(),
      );
      assert.equal(listed.find(({ key }) => key === keys[5])?.size, 5);
    });

    test('lists only what begins with the prefix, which may end within a name', async () => {
      const store = harness.open();
      for (const key of [
        'latest.json',
        'snapshots/2025-1.snap',
        'snapshots/2026-1.snap',
        'snapshots2/x',
        'receipts/r',
      ]) {
        await store.replace(key, Buffer.from('x'));
      }
      assert.deepEqual(await keysOf(store, 'snapshots/'), ['snapshots/2025-1.snap', 'snapshots/2026-1.snap']);
      assert.deepEqual(await keysOf(store, 'snapshots/2026'), ['snapshots/2026-1.snap']);
      assert.deepEqual(await keysOf(store, 'snapshots'), [
        'snapshots/2025-1.snap',
        'snapshots/2026-1.snap',
        'snapshots2/x',
      ]);
      assert.equal((await store.list('')).length, 5);
    });

    test('does not see the objects of another name', async () => {
      const one = harness.open();
      await one.replace('latest.json', Buffer.from('one'));
      assert.deepEqual(await harness.open().list(''), []);
    });

    test('says noSnapshot for an object that is not there', async () => {
      const error = await lifeboatError(harness.open().read('snapshots/none.snap'));
      assert.equal(error.exit, 'noSnapshot');
      assert.match(error.message, /snapshots\/none\.snap/);
    });

    for (const [title, size] of [
      ['an empty object', 0],
      ['a small object', 12_345],
      ['an object of exactly one part', 8 * MIB],
      ['an object of several parts', 20 * MIB + 17],
    ] as const) {
      test(`gives ${title} back byte for byte`, async () => {
        const store = harness.open();
        const bytes = randomBytes(size);

        await store.create('snapshots/a.snap', bytesOf(...sliced(bytes, 100_003)));
        const back = await buffer(await store.read('snapshots/a.snap'));

        assert.equal(back.length, size);
        assert.equal(sha256(back), sha256(bytes));
        assert.deepEqual(await store.list(''), [{ key: 'snapshots/a.snap', size }]);
        assert.deepEqual(await harness.leftovers(), []);
      });
    }

    test('never overwrites an object by create', async () => {
      const store = harness.open();
      await store.create('snapshots/a.snap', bytesOf(Buffer.from('first')));

      for (const second of [Buffer.from('second'), Buffer.alloc(9 * MIB)]) {
        const error = await lifeboatError(store.create('snapshots/a.snap', bytesOf(second)));
        assert.equal(error.exit, 'store');
        assert.equal(error.retryable, false);
        assert.match(error.message, /exists already/);
      }
      assert.equal((await buffer(await store.read('snapshots/a.snap'))).toString(), 'first');
      assert.deepEqual(await harness.leftovers(), []);
    });

    test('lets one of two creates of a key win at the same time, whole', async () => {
      for (const size of [10, 9 * MIB]) {
        const store = harness.open();
        const bodies = [Buffer.alloc(size, 1), Buffer.alloc(size, 2)] as const;

        const ends = await Promise.allSettled(
          bodies.map((bytes) => store.create('snapshots/a.snap', bytesOf(bytes))),
        );

        const won = ends.findIndex(({ status }) => status === 'fulfilled');
        assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
        assert.equal(
          sha256(await buffer(await store.read('snapshots/a.snap'))),
          sha256(bodies[won] ?? Buffer.alloc(0)),
        );
        assert.deepEqual(await harness.leftovers(), []);
      }
    });

    test('shows a new object only when it is whole', async () => {
      const store = harness.open();
      const gate = latch();
      const begun = latch();
      const body = bodyThen(10 * MIB, () => {
        begun.open();
        return gate.opened;
      });
      const created = store.create('snapshots/a.snap', body);
      await begun.opened;

      assert.deepEqual(await store.list(''), []);
      assert.equal((await lifeboatError(store.read('snapshots/a.snap'))).exit, 'noSnapshot');

      gate.open();
      await created;
      assert.deepEqual(await keysOf(store), ['snapshots/a.snap']);
    });

    for (const [title, size] of [
      ['at once', 0],
      ['after a few bytes', 1000],
      ['after some parts', 20 * MIB],
    ] as const) {
      test(`leaves nothing of a body that fails ${title}, and rejects with the body's own error`, async () => {
        const store = harness.open();
        for (const failure of [new LifeboatError('integrity', 'the archive is cut'), new Error('boom')]) {
          const body = bodyThen(size, () => Promise.reject(failure));

          const error = await rejection(store.create('snapshots/a.snap', body));

          assert.equal(error, failure);
          assert.ok(body.destroyed);
          await assertUntouched(store);
        }
      });
    }

    test('rejects a body that had failed before it was given', async () => {
      const store = harness.open();
      const failure = new LifeboatError('integrity', 'failed early');
      const body = bytesOf(Buffer.from('x'));
      const closed = new Promise((resolve) => body.once('close', resolve));
      body.once('error', () => {});
      body.destroy(failure);
      await closed;

      assert.equal(await rejection(store.create('snapshots/a.snap', body)), failure);
      await assertUntouched(store);
    });

    test('takes a body that was closed before its end for a failure', async () => {
      const store = harness.open();
      const body = new PassThrough();
      const rejected = rejection(store.create('snapshots/a.snap', body));
      body.write(Buffer.alloc(1000));
      body.destroy();

      assert.ok((await rejected) instanceof Error);
      await assertUntouched(store);
    });

    for (const size of [1000, 20 * MIB]) {
      test(`ends a create at once when it is aborted after ${size} bytes, with the abort's reason`, async () => {
        const store = harness.open();
        const abort = new AbortController();
        const begun = latch();
        const body = bodyThen(size, () => {
          begun.open();
          return never();
        });
        const rejected = rejection(store.create('snapshots/a.snap', body, { signal: abort.signal }));
        await begun.opened;
        const reason = new LifeboatError('terminated', 'stopped by SIGTERM');
        abort.abort(reason);

        assert.equal(await rejected, reason);
        assert.ok(body.destroyed);
        await assertUntouched(store);
      });
    }

    test("ends a read when it is aborted, with the abort's reason", async () => {
      const store = harness.open();
      await store.create('snapshots/a.snap', bytesOf(Buffer.alloc(9 * MIB)));
      const abort = new AbortController();
      const reason = new LifeboatError('terminated', 'stopped by SIGTERM');

      const body = await store.read('snapshots/a.snap', { signal: abort.signal });
      const error = await rejection(
        (async () => {
          for await (const _ of body) abort.abort(reason);
        })(),
      );

      assert.equal(error, reason);
    });

    test('does nothing for a call that was aborted before', async () => {
      const store = harness.open();
      const reason = new Error('too late');
      const signal = AbortSignal.abort(reason);
      const body = bytesOf(Buffer.from('x'));

      assert.equal(await rejection(store.list('', { signal })), reason);
      assert.equal(await rejection(store.read('a', { signal })), reason);
      assert.equal(await rejection(store.create('a', body, { signal })), reason);
      assert.equal(await rejection(store.replace('a', Buffer.from('x'), { signal })), reason);
      assert.equal(await rejection(store.remove('a', { signal })), reason);
      assert.ok(body.destroyed);
      await assertUntouched(store);
    });

    test('lets a reader go away in the middle', async () => {
      const store = harness.open();
      await store.create('snapshots/a.snap', bytesOf(Buffer.alloc(9 * MIB)));
      for await (const _ of await store.read('snapshots/a.snap')) break;
      assert.deepEqual(await keysOf(store), ['snapshots/a.snap']);
    });

    test('replaces an object by another', async () => {
      const store = harness.open();
      await store.replace('latest.json', Buffer.from('{"a":1}'));
      await store.replace('latest.json', Buffer.from('{}'));
      assert.equal((await buffer(await store.read('latest.json'))).toString(), '{}');
      assert.deepEqual(await store.list(''), [{ key: 'latest.json', size: 2 }]);
      assert.deepEqual(await harness.leftovers(), []);
    });

    test('removes an object, and takes a second removal for done', async () => {
      const store = harness.open();
      await store.replace('snapshots/a.snap', Buffer.from('x'));
      await store.replace('snapshots/b.snap', Buffer.from('x'));
      await store.remove('snapshots/a.snap');
      await store.remove('snapshots/a.snap');
      await store.remove('never/there');
      assert.deepEqual(await keysOf(store), ['snapshots/b.snap']);
    });

    test('tries whether it may be written to, and leaves nothing', async () => {
      const store = harness.open();
      const { time } = await store.probe('snapshots/probe');

      if (time !== undefined) assert.ok(Math.abs(time.getTime() - Date.now()) < 60_000, String(time));
      await assertUntouched(store);
      // Nor does it stand in the way of a real one.
      await store.create('snapshots/probe', bytesOf(Buffer.alloc(9 * MIB)));
      await store.probe('snapshots/probe');
      assert.deepEqual(await store.list(''), [{ key: 'snapshots/probe', size: 9 * MIB }]);
    });

    test('refuses keys that lead elsewhere', async () => {
      const store = harness.open();
      for (const key of ['../x', 'a/../../x', '/etc/x', 'a//b', 'a/', '', '.hidden', 'a\nb', 'a\\b']) {
        const body = bytesOf(Buffer.from('x'));
        for (const call of [
          () => store.read(key),
          () => store.create(key, body),
          () => store.replace(key, Buffer.from('x')),
          () => store.probe(key),
          () => store.remove(key),
        ]) {
          assert.equal((await lifeboatError(call())).exit, 'store', key);
        }
        assert.ok(body.destroyed);
      }
      assert.equal((await lifeboatError(store.list('../'))).exit, 'store');
      await assertUntouched(store);
    });

    test('that cannot work says so in every operation, and is never taken for an empty one', async () => {
      for (const [fault, { store, retryable, says, except = [] }] of Object.entries(await harness.broken())) {
        const body = bytesOf(Buffer.alloc(1000));
        const calls: Readonly<Record<string, () => Promise<unknown>>> = {
          list: () => store.list(''),
          read: () => store.read('latest.json'),
          create: () => store.create('snapshots/a.snap', body),
          replace: () => store.replace('latest.json', Buffer.from('x')),
          probe: () => store.probe('snapshots/probe'),
          remove: () => store.remove('latest.json'),
        };
        for (const [operation, call] of Object.entries(calls)) {
          if (except.includes(operation)) continue;
          const error = await lifeboatError(call());
          const about = `${fault}: ${operation}: ${error.message}`;
          assert.equal(error.exit, 'store', about);
          assert.equal(error.retryable, retryable, about);
          assert.match(error.message, says, about);
          const whole = inspect(error, { depth: 20, showHidden: true });
          for (const secret of harness.secrets) assert.ok(!whole.includes(secret), `${about} holds a secret`);
        }
        assert.ok(except.includes('create') || body.destroyed, fault);
      }
    });
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function sliced(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}
