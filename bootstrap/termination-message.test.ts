import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readWord, type Word } from '../contract/pod-states.ts';
import { leaveLastWord, terminationText } from './termination-message.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-message-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const WORD: Word = {
  time: '2026-11-23T22:42:54.123Z',
  part: 'backup',
  level: 'info',
  state: 'backed-up',
  message: 'BACKED UP payments',
  fields: { key: 'snapshots/a.snap', bytes: 7 },
};

test('what a container leaves is read as what it said', () => {
  const file = join(folder, 'termination-log');
  writeFileSync(file, 'an older and much longer text than the one that comes now'.repeat(20));

  leaveLastWord(WORD, file);

  assert.deepEqual(readWord(readFileSync(file, 'utf8')), WORD);
});

test('outside of a pod no file is made', () => {
  const file = join(folder, 'nowhere');

  leaveLastWord(WORD, file);

  assert.equal(existsSync(file), false);
});

test('a long sentence is cut, so that Kubernetes does not cut the JSON', () => {
  const long = { ...WORD, message: 'ä'.repeat(5000), next: 'ß'.repeat(5000) };

  const text = terminationText(long);

  assert.ok(Buffer.byteLength(text) < 4096);
  assert.equal(readWord(text)?.state, 'backed-up');
});
