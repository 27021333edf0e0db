import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../bootstrap/log.ts';
import { lastWord, POD_STATES, type PodState, readWord, type Word } from './pod-states.ts';

function said(format: 'text' | 'json', state: string): { line: string; words: Word[] } {
  const words: Word[] = [];
  let line = '';
  const log = createLog({
    format,
    part: 'init-container',
    now: () => new Date('2026-11-23T22:42:54.123Z'),
    write: (text) => {
      line = text;
    },
    onState: (word) => words.push(word),
  });
  log.warn('the store does not answer: "x" [y]', { state, attempt: 3, nothing: undefined });
  return { line: line.trimEnd(), words };
}

for (const state of Object.keys(POD_STATES) as PodState[]) {
  test(`${state} is read out of both formats of the log`, () => {
    const text = said('text', state);
    const json = said('json', state);

    assert.deepEqual(readWord(json.line), json.words[0]);
    assert.deepEqual(readWord(text.line), { ...text.words[0], fields: {} });
    assert.equal(text.words[0]?.level, 'warn');
  });
}

test('a state that is none of ours is a field like others', () => {
  const { line, words } = said('text', 'dreaming');

  assert.deepEqual(words, []);
  assert.equal(readWord(line), undefined);
});

test("the server's own lines between ours do not hide the last state", () => {
  const log = [
    '2026-11-23T22:42:54.123Z lifeboat post-start [waiting-for-shares]: sealed: 0 of 3',
    '2026-11-23T22:42:55.000Z [INFO]  core: security barrier not initialized',
    '{"@level":"info","@message":"core: sealed","state":"restored"}',
    '2026-11-23T22:42:56.123Z lifeboat post-start [waiting-for-shares]: sealed: 1 of 3',
    '2026-11-23T22:42:57.123Z lifeboat post-start: a line without a state',
    '',
  ].join('\n');

  assert.equal(lastWord(log)?.message, 'sealed: 1 of 3');
  assert.equal(lastWord('nothing of ours\n'), undefined);
});
