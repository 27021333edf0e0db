import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from './secret.ts';

const TEXT = 'hvs.the-token';

test('a secret gives its text by reveal alone', () => {
  assert.equal(new Secret(TEXT).reveal(), TEXT);
});

test('no way of printing shows it', () => {
  const secret = new Secret(TEXT);
  const error = new Error(`cannot use ${secret}`, { cause: secret });
  Object.assign(error, { secret });
  const ways = [
    String(secret),
    `${secret}`,
    // biome-ignore lint/style/useTemplate: the other way of joining is what is tried
    secret + '',
    JSON.stringify({ deep: [secret] }),
    inspect(secret),
    inspect({ deep: { deeper: [secret] } }, { depth: 9, showHidden: true, getters: true }),
    inspect(secret, { customInspect: false, showHidden: true, depth: 9 }),
    format('%s %o %O %j', secret, secret, secret, secret),
    inspect(error, { depth: 9, showHidden: true }),
    inspect(structuredClone({ secret })),
    Object.entries(secret).join(),
    Object.values({ ...secret }).join(),
  ];

  for (const [i, way] of ways.entries()) assert.ok(!way.includes('the-token'), `way ${i}: ${way}`);
  assert.match(`${ways[0]} ${ways[4]}`, /^\[redacted\] \[redacted\]$/);
});
