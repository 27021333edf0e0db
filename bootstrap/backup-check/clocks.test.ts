import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeClocks } from './clocks.ts';

const asked = new Date('2026-11-25T12:00:00Z');
const at = (of: string, seconds: number) => ({ of, asked, time: new Date(asked.getTime() + seconds * 1000) });

test('clocks that differ by the way of an answer agree', () => {
  const answer = judgeClocks([at('the server', 1), at('the store', -59)]);

  assert.equal(answer.result, 'ok');
  assert.match(answer.seen, /agrees with the server and the store/);
});

test('the one that is off is named, with how much and in which direction', () => {
  const answer = judgeClocks([at('the server', 0), at('the store', 3600)]);

  assert.equal(answer.result, 'finding');
  assert.match(answer.seen, /the store is 3600 s ahead of the pod$/);
  assert.match(judgeClocks([at('the server', -61)]).seen, /the server is 61 s behind the pod/);
});

test('where nobody tells the time nothing is known', () => {
  const answer = judgeClocks([{ of: 'the store', asked, time: undefined }]);

  assert.equal(answer.result, 'unknown');
});
