import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import { createLog } from '../log.ts';
import { awaited, patiently } from './patience.ts';

const AWAY = new LifeboatError('store', 'connection refused', {
  retryable: true,
  hint: 'correct the endpoint',
});
const NO_SECRET = new LifeboatError('store', 'AWS_ACCESS_KEY_ID is missing', { missing: 'secret' });

function watched(): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return {
    lines,
    log: createLog({ format: 'text', part: 'init-container', write: (line) => lines.push(line) }),
  };
}

/** Fails with each of these in turn, then gives the answer. */
function failing(...errors: readonly unknown[]): () => Promise<string> {
  const left = [...errors];
  return async () => {
    if (left.length > 0) throw left.shift();
    return 'the answer';
  };
}

describe('what only needs waiting', () => {
  it('a store that is away, and a Secret that is not there yet, are waited for and said; then it goes on', async () => {
    const { lines, log } = watched();

    const answer = await patiently(failing(AWAY, NO_SECRET, AWAY), { log, first: 1, longest: 2 });

    assert.equal(answer, 'the answer');
    const states = lines.map((line) => /\[(.*?)\]/.exec(line)?.[1]).filter((state) => state !== undefined);
    assert.deepEqual(states, ['waiting-for-store', 'waiting-for-secret', 'waiting-for-store']);
    assert.match(lines[0] ?? '', /connection refused; nothing is started or initialised/);
    assert.match(lines[1] ?? '', /next: correct the endpoint/);
  });

  it('a denial, damage or defect is no matter of waiting', async () => {
    const { log } = watched();
    const denied = new LifeboatError('store', 'access is denied');
    const damaged = new LifeboatError('integrity', 'it was cut', { retryable: true });

    for (const error of [denied, damaged, new Error('a defect'), 'text'])
      await assert.rejects(patiently(failing(error), { log, first: 1 }), (seen) => seen === error);
    assert.equal(awaited(new LifeboatError('keys', 'none of the sets fits')), undefined);
  });

  it('ends when it is told to, with the reason', async () => {
    const { log } = watched();
    const stop = new AbortController();
    const waiting = patiently(
      async () => {
        setImmediate(() => stop.abort(new LifeboatError('terminated', 'stopped by SIGTERM')));
        throw AWAY;
      },
      { log, signal: stop.signal, first: 60_000 },
    );

    await assert.rejects(waiting, /stopped by SIGTERM/);
  });
});
