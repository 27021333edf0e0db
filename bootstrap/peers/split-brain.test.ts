/**
 * Every cell of the table for three and for five servers: each of them lost its disk or kept it, and a server that kept it
 * is up, sealed, down, unreachable, slow, or answers as another installation's. Whatever the cell: never two Vaults.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Decision, decide } from './decide.ts';
import type { Kind, Seen } from './observation.ts';

/** What became of a server, and what an empty pod sees of it. Down, unreachable and slow: a bound claim, and no answer. */
const FATES = {
  'lost, holds': 'empty',
  'lost, not created yet': 'absent',
  'kept, up': 'initialised',
  'kept, sealed': 'initialised',
  'kept, down': 'unknown',
  'kept, unreachable': 'unknown',
  'kept, slow': 'unknown',
  'another installation answers': 'stranger',
} as const satisfies Readonly<Record<string, Kind>>;

type Fate = keyof typeof FATES;
const NAMES = Object.keys(FATES) as Fate[];
const hasData = (fate: Fate): boolean => fate.startsWith('kept');

function* cells(servers: number): Generator<readonly Fate[]> {
  for (let number = 0; number < NAMES.length ** servers; number++) {
    const digits = number.toString(NAMES.length).padStart(servers, '0');
    yield [...digits].map((digit) => NAMES[Number.parseInt(digit, NAMES.length)] as Fate);
  }
}

/** What each pod with an empty disk decides. */
function decisions(
  cell: readonly Fate[],
): readonly { readonly ordinal: number; readonly is: Decision['decision'] }[] {
  const seen = cell.map(
    (fate, ordinal): Seen => ({
      peer: { name: `vault-${ordinal}`, ordinal },
      kind: FATES[fate],
      words: fate,
    }),
  );
  return cell.flatMap((fate, ordinal) =>
    fate === 'lost, holds'
      ? [
          {
            ordinal,
            is: decide(
              ordinal,
              seen.filter(({ peer }) => peer.ordinal !== ordinal),
            ).decision,
          },
        ]
      : [],
  );
}

for (const servers of [3, 5]) {
  describe(`${servers} servers, ${NAMES.length ** servers} cells`, () => {
    test('nobody restores while any server may have data, and never two', () => {
      let restores = 0;
      for (const cell of cells(servers)) {
        const restorers = decisions(cell).filter(({ is }) => is === 'restore');
        if (restorers.length === 0) continue;
        restores++;
        assert.deepEqual(restorers, [{ ordinal: 0, is: 'restore' }], cell.join('; '));
        assert.ok(!cell.some(hasData), cell.join('; '));
        assert.ok(!cell.includes('another installation answers'), cell.join('; '));
      }
      // Ordinal 0 holds, each of the others holds or is not created yet.
      assert.equal(restores, 2 ** (servers - 1));
    });

    test('where a server with data is seen, every empty one joins it', () => {
      for (const cell of cells(servers)) {
        if (!cell.includes('kept, up') && !cell.includes('kept, sealed')) continue;
        for (const { is } of decisions(cell)) assert.equal(is, 'join', cell.join('; '));
      }
    });

    test('where those with data are silent, every empty one waits', () => {
      for (const cell of cells(servers)) {
        const silent = cell.some((fate) => hasData(fate) && FATES[fate] === 'unknown');
        if (!silent || cell.some((fate) => FATES[fate] === 'initialised')) continue;
        for (const { is } of decisions(cell)) assert.equal(is, 'hold', cell.join('; '));
      }
    });
  });
}
