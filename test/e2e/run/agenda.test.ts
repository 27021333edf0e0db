import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Agenda } from './agenda.ts';

const named = (name: string, value: number, seconds: number) => ({ name, value, seconds });

function namesOf(agenda: Agenda<ReturnType<typeof named>>, took: number): readonly string[] {
  const names: string[] = [];
  let gone = 0;
  for (let next = agenda.next(gone); next !== undefined; next = agenda.next(gone)) {
    names.push(next.name);
    const seconds = next.seconds * took;
    agenda.ended(next, seconds);
    gone += seconds;
  }
  return names;
}

const ALL = [named('small', 1, 10), named('slow', 10, 400), named('core', 10, 60), named('side', 3, 60)];

test('without a limit all run, in their order', () => {
  assert.deepEqual(namesOf(new Agenda(ALL, undefined), 1), ['small', 'slow', 'core', 'side']);
});

test('with a limit the most proof for the time comes first, and what does not fit is left out', () => {
  const agenda = new Agenda(ALL, 200);

  assert.deepEqual(namesOf(agenda, 1), ['core', 'small', 'side']);
  assert.deepEqual(
    agenda.leftOut.map(({ name }) => name),
    ['slow'],
  );
});

test('a machine that takes twice as long runs less', () => {
  assert.deepEqual(namesOf(new Agenda(ALL, 200), 2), ['core', 'small']);
});

test('one that is too long does not keep a shorter one from its turn', () => {
  assert.deepEqual(namesOf(new Agenda([named('long', 10, 50), named('short', 1, 20)], 30), 1), ['short']);
});
