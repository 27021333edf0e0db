import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLog, type LogFormat } from './log.ts';

function logged(format: LogFormat): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  const now = () => new Date('2026-11-23T22:42:54.123Z');
  return { lines, log: createLog({ format, part: 'backup', now, write: (line) => lines.push(line) }) };
}

test('as text a line is time, part, and the sentence, marked where a person should look', () => {
  const { lines, log } = logged('text');

  log.info('done', { bytes: 7 });
  log.warn('look');
  log.error('stop');

  assert.deepEqual(lines, [
    '2026-11-23T22:42:54.123Z lifeboat backup: done\n',
    '2026-11-23T22:42:54.123Z lifeboat backup: WARN: look\n',
    '2026-11-23T22:42:54.123Z lifeboat backup: ERROR: stop\n',
  ]);
});

test('as JSON a line is one object with the fields', () => {
  const { lines, log } = logged('json');

  log.warn('look', { bytes: 7, key: 'a"b', ready: false, nothing: undefined });

  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    time: '2026-11-23T22:42:54.123Z',
    level: 'warn',
    part: 'backup',
    message: 'look',
    bytes: 7,
    key: 'a"b',
    ready: false,
  });
});

test('foreign text cannot forge a line, in either format', () => {
  const text = fc.string({
    unit: fc.constantFrom(...'a \n\r\t\0\u001b\u007f\u0085\u009b"\\'),
    maxLength: 20,
  });
  for (const format of ['text', 'json'] as const)
    fc.assert(
      fc.property(text, text, (message, field) => {
        const { lines, log } = logged(format);
        log.info(message, { field });
        assert.equal(lines.length, 1);
        const line = lines[0] ?? '';
        assert.ok(line.endsWith('\n'));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        assert.doesNotMatch(line.slice(0, -1), /[\u0000-\u001f]/);
        if (format === 'text') assert.doesNotMatch(line.slice(0, -1), /[\u007f-\u009f]/);
        else assert.equal((JSON.parse(line) as { level: string }).level, 'info');
      }),
    );
});
