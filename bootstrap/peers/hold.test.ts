/** The loop over any sequence of looks: it decides as the tables do, and it tells each change once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LifeboatError } from '../../contract/errors.ts';
import { createLog } from '../log.ts';
import { decide } from './decide.ts';
import { type HoldContext, untilDecided } from './hold.ts';
import type { Seen, Unknown } from './observation.ts';

const REPLICAS = {
  count: 3,
  namespace: 'vault',
  statefulSet: 'vault',
  service: 'vault-internal',
  ordered: false,
};

function seen(ordinal: number, kind: Seen['kind'], words: string = kind): Seen {
  const peer = { name: `vault-${ordinal}`, ordinal };
  const unknown: Unknown = { peer, kind: 'unknown', words, trouble: 'bound' };
  return kind === 'unknown' ? unknown : { peer, kind, words };
}

async function hold(looks: readonly (readonly Seen[])[], more: Partial<HoldContext> = {}) {
  const lines: string[] = [];
  const log = createLog({ format: 'text', part: 'test', write: (line) => lines.push(line) });
  let at = 0;
  const outcome = await untilDecided({
    ordinal: 0,
    replicas: REPLICAS,
    look: async () => looks[Math.min(at++, looks.length - 1)] ?? [],
    log,
    signal: new AbortController().signal,
    pace: 0,
    ...more,
  });
  return { outcome, lines, looked: at };
}

const kind = fc.constantFrom<Seen['kind']>(
  'empty',
  'uninitialised',
  'stranger',
  'absent',
  'unknown',
  'initialised',
);

test('the first look that decides ends the wait, and decides what the tables say', async () => {
  const view = fc.tuple(kind, kind);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(0, 1, 2), fc.array(view, { maxLength: 8 }), async (ordinal, views) => {
      const others = [0, 1, 2].filter((one) => one !== ordinal) as [number, number];
      const looks = [...views, ['initialised', 'initialised'] as const].map(([a, b]) => [
        seen(others[0], a),
        seen(others[1], b),
      ]);
      const first = looks.findIndex((look) => decide(ordinal, look).decision !== 'hold');

      const { outcome, looked, lines } = await hold(looks, { ordinal });

      assert.equal(looked, first + 1);
      assert.equal(outcome.decision, decide(ordinal, looks[first] ?? []).decision);
      // Two servers, whom the pod waits for, and what is decided: nothing is told in every round.
      assert.ok(lines.length <= 3 * looked + 3);
    }),
    { numRuns: 300 },
  );
});

test('a wait that lasts is told once, and again after a while with its age and the ways out', async () => {
  let clock = 0;
  const waiting = [seen(1, 'empty', 'no data, waits too'), seen(2, 'unknown', 'connection refused')];
  const looks = [...Array.from({ length: 40 }, () => waiting), [seen(1, 'empty'), seen(2, 'empty')]];

  const { lines } = await hold(looks, { now: () => (clock += 2500), reminder: 60_000 });

  const said = lines.join('');
  assert.equal(said.match(/waits for vault-2: nothing is restored/g)?.length, 1);
  const reminders = [...said.matchAll(/waits for vault-2, for (\d+) s now/g)].map(([, age]) => Number(age));
  assert.ok(reminders.length >= 1 && reminders.length <= 4, `${reminders.length} reminders`);
  assert.ok((reminders[0] ?? 0) >= 60);
  assert.match(said, /next: bring vault-2 back; .*restore\.assumeLost: \[2\]/);
  assert.equal(said.match(/vault-1: no data, waits too/g)?.length, 1);
  assert.match(said, /no other server has data \(vault-1 and vault-2\): this pod looks for a snapshot/);
});

test('in ordered pods the way out starts those with a disk first', async () => {
  let clock = 0;
  const looks = [
    ...Array.from({ length: 9 }, () => [seen(1, 'unknown'), seen(2, 'unknown')]),
    [seen(1, 'initialised'), seen(2, 'unknown')],
  ];

  const { lines, outcome } = await hold(looks, {
    now: () => (clock += 30_000),
    replicas: { ...REPLICAS, ordered: true },
  });

  assert.match(
    lines.join(''),
    /kubectl patch statefulset vault -n vault .*"ordinals":\{"start":1\},"replicas":2/,
  );
  assert.equal(outcome.decision, 'join');
});

test('a server that joins fewer than a quorum is told of the page for that day', async () => {
  const { outcome, lines } = await hold([[seen(1, 'initialised'), seen(2, 'empty')]]);

  assert.equal(outcome.decision, 'join');
  assert.match(outcome.quorumWarning ?? '', /1 of 3 servers is seen with data.*2.*docs\/lost-quorum\.md/);
  assert.match(lines.join(''), /WARN: 1 of 3/);
});

test('a stop ends the wait at once', async () => {
  const stop = new AbortController();
  const reason = new LifeboatError('terminated', 'stopped by SIGTERM');
  setTimeout(() => stop.abort(reason), 20);

  await assert.rejects(hold([[seen(1, 'unknown')]], { signal: stop.signal, pace: 60_000 }), reason);
});
