import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redacted, rememberSecrets } from './known-secrets.ts';

test('a secret is taken out of a text, plain and in base64, wherever it stands', () => {
  rememberSecrets('hvs.abc', 'share-one', '');
  const encoded = Buffer.from('share-one').toString('base64');

  const text = redacted(`token=hvs.abc shares: ${encoded}, share-one, and nothing else`);

  assert.doesNotMatch(text, /hvs\.abc|share-one/);
  assert.ok(!text.includes(encoded));
  assert.match(text, /token=\[a secret of this scenario\].*and nothing else$/);
});
