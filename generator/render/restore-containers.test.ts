import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RestoreSlice } from '../../contract/slice.ts';
import { literalForTemplate } from '../chart/template-text.ts';
import { sliceVariable } from './restore-containers.ts';

test('neither the kubelet nor a template finds anything to expand in the slice, and JSON reads it back', () => {
  const slice = {
    name: '$(HOSTNAME) $$ {{ .Values }} {{{{',
    nested: { store: 'a$b' },
  } as unknown as RestoreSlice;

  const text = sliceVariable(slice);

  assert.ok(!text.includes('$') && !text.includes('{{'), text);
  assert.deepEqual(JSON.parse(text), slice);
});

test('text in a template of the chart is printed as it was', () => {
  const escaped = literalForTemplate({ env: [{ value: 'a {{ .Release.Name }} b' }], count: 1 });

  assert.deepEqual(escaped, { env: [{ value: 'a {{`{{`}} .Release.Name }} b' }], count: 1 });
});
