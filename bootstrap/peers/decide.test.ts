/** Both tables, cell by cell and in all combinations of three servers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide, lackingQuorum } from './decide.ts';
import type { Kind, Seen } from './observation.ts';

const KINDS: readonly Kind[] = [
  'empty',
  'initialised',
  'uninitialised',
  'stranger',
  'absent',
  'assumed-lost',
  'unknown',
];

function seen(ordinal: number | undefined, kind: Kind): Seen {
  const peer = ordinal === undefined ? { name: '10.0.0.9' } : { name: `vault-${ordinal}`, ordinal };
  return { peer, kind, words: kind };
}

/** What one server sees of two others. */
function combinations(ordinals: readonly [number | undefined, number | undefined]): readonly Seen[][] {
  return KINDS.flatMap((a) => KINDS.map((b) => [seen(ordinals[0], a), seen(ordinals[1], b)]));
}

describe('ordinal 0', () => {
  for (const [kind, wanted] of [
    ['initialised', 'join'],
    ['stranger', 'hold'],
    ['unknown', 'hold'],
    ['empty', 'restore'],
    ['absent', 'restore'],
    ['uninitialised', 'restore'],
    ['assumed-lost', 'restore'],
  ] as const) {
    test(`${wanted} where the others are ${kind}`, () => {
      assert.equal(decide(0, [seen(1, kind), seen(2, kind)]).decision, wanted);
    });
  }

  test('one with data decides, whatever the others are', () => {
    for (const kind of KINDS) {
      assert.equal(decide(0, [seen(1, kind), seen(2, 'initialised')]).decision, 'join', kind);
      assert.equal(decide(0, [seen(1, 'initialised'), seen(undefined, kind)]).decision, 'join', kind);
    }
  });

  test('one that is unknown is waited for, also one that is none of the configured servers', () => {
    for (const late of [seen(2, 'unknown'), seen(undefined, 'unknown'), seen(2, 'stranger')]) {
      assert.deepEqual(decide(0, [seen(1, 'empty'), late]), { decision: 'hold', waitsFor: [late] });
    }
  });

  test('a lone server restores', () => {
    assert.equal(decide(0, []).decision, 'restore');
  });
});

describe('a follower', () => {
  for (const [kind, wanted] of [
    ['initialised', 'join'],
    ['uninitialised', 'start'],
    ['stranger', 'hold'],
    ['unknown', 'hold'],
    ['empty', 'hold'],
    ['absent', 'hold'],
    ['assumed-lost', 'hold'],
  ] as const) {
    test(`${wanted} where ordinal 0 is ${kind}`, () => {
      assert.equal(decide(1, [seen(0, kind), seen(2, 'unknown')]).decision, wanted);
    });
  }

  test('a server without data that is not ordinal 0 starts nobody', () => {
    assert.equal(decide(1, [seen(0, 'empty'), seen(2, 'uninitialised')]).decision, 'hold');
  });

  test('it joins any server with data, and waits for ordinal 0 otherwise', () => {
    assert.equal(decide(1, [seen(0, 'unknown'), seen(2, 'initialised')]).decision, 'join');
    const first = seen(0, 'unknown');
    assert.deepEqual(decide(4, [first, seen(1, 'unknown')]), { decision: 'hold', waitsFor: [first] });
  });
});

describe('three servers, whatever each of them sees', () => {
  test('there are never two restorers: no ordinal but 0 restores', () => {
    for (const [ordinal, others] of [
      [1, [0, 2]],
      [2, [0, 1]],
      [3, [0, 1]],
    ] as const) {
      for (const view of combinations(others)) assert.notEqual(decide(ordinal, view).decision, 'restore');
    }
  });

  test('nobody restores beside a server that has data, or that nobody knows anything of', () => {
    const safe: readonly Kind[] = ['empty', 'absent', 'uninitialised', 'assumed-lost'];
    let restores = 0;
    for (const view of combinations([1, 2])) {
      if (decide(0, view).decision !== 'restore') continue;
      restores++;
      assert.ok(view.every(({ kind }) => safe.includes(kind)));
    }
    assert.equal(restores, safe.length ** 2);
  });

  test('what is true and what is seen of it never lead to a second Vault', () => {
    // The truth of the two others; each may be seen as it is, or not at all.
    const truths: readonly Kind[] = ['empty', 'initialised', 'uninitialised', 'absent'];
    for (const a of truths) {
      for (const b of truths) {
        for (const view of [
          [seen(1, a), seen(2, b)],
          [seen(1, 'unknown'), seen(2, b)],
          [seen(1, a), seen(2, 'unknown')],
          [seen(1, 'unknown'), seen(2, 'unknown')],
        ]) {
          const hasData = a === 'initialised' || b === 'initialised';
          if (hasData) assert.notEqual(decide(0, view).decision, 'restore');
        }
      }
    }
  });
});

test('a quorum is counted over the configured servers', () => {
  const data = (count: number) => Array.from({ length: count }, (_, i) => seen(i + 1, 'initialised'));
  const lacking = (count: number, view: readonly Seen[]) => lackingQuorum(count, view, new Set());

  assert.deepEqual(lacking(3, data(1)), { withData: 1, needed: 2, of: 3 });
  assert.equal(lacking(3, data(2)), undefined);
  assert.deepEqual(lacking(5, data(2)), { withData: 2, needed: 3, of: 5 });
  assert.deepEqual(lacking(4, data(2)), { withData: 2, needed: 3, of: 4 });
});

test('no quorum is missing where one leads, or where one was restored while this pod watched', () => {
  const restored = seen(0, 'initialised');

  assert.equal(lackingQuorum(3, [{ ...restored, leads: true }, seen(2, 'empty')], new Set()), undefined);
  assert.equal(lackingQuorum(3, [restored, seen(2, 'empty')], new Set(['vault-0'])), undefined);
  assert.notEqual(lackingQuorum(3, [restored, seen(2, 'empty')], new Set(['vault-2'])), undefined);
});
