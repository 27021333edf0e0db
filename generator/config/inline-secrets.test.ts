import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './load.ts';
import { ConfigError } from './problem.ts';

const HEAD = `version: 1
name: edge
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1}
`;
const KEY = ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('/');

function told(lines: string): readonly (readonly [message: string, hint: string | undefined])[] {
  try {
    loadConfig('lifeboat.yaml', HEAD + lines);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.ok(!error.message.includes('wJal'));
    return error.problems.map(({ message, hint }) => [message, hint]);
  }
  return [];
}

test('a key beside the name of its Secret is told once, and where it belongs', () => {
  assert.deepEqual(
    told(`store: {s3: {bucket: bkt, secretRef: {AWS_SECRET_ACCESS_KEY: ${KEY}, name: edge-s3}}}\n`),
    [
      [
        'store.s3.secretRef.AWS_SECRET_ACCESS_KEY would hold a secret, and this file holds none',
        'Remove it here; put it into the Secret edge-s3. If this file was shared, replace the secret.',
      ],
    ],
  );
});

test('credentials in a URL are told once, and what to remove', () => {
  const [[message, hint] = [], ...more] = told(
    'store: {s3: {bucket: bkt, endpoint: "https://me:wJalrXUtn@s3.example"}}\n',
  );

  assert.deepEqual(more, []);
  assert.equal(message, 'store.s3.endpoint has the form of a secret');
  assert.match(hint ?? '', /^Remove user:password@ from the URL;.* name that in store\.s3: secretRef/);
});
