/** The two streams, against a stand-in on loopback; the real servers are in test/pod. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { Secret } from '../../contract/secret.ts';
import { failure, type Plain, refuse, stream, TOKEN, vault } from '../../test/vault/client-of.ts';
import type { Answer, Asked } from '../../test/vault/stand-in.ts';
import { VaultRefusal } from './refusal.ts';

test('a snapshot is streamed; a redirect is told and not followed; a refusal says why', async () => {
  const bytes = Buffer.alloc(300_000, 7);
  let answer: (asked: Asked) => Answer = stream((to) => void to.end(bytes));
  const { client, server } = await vault({ 'GET /v1/sys/storage/raft/snapshot': (asked) => answer(asked) });
  client.setToken(new Secret(TOKEN));

  const streamed = await client.snapshot();
  assert.equal(streamed.result, 'stream');
  if (streamed.result === 'stream') assert.deepEqual(await buffer(streamed.body), bytes);
  assert.equal(server.asked[0]?.headers['x-vault-token'], TOKEN);
  answer = stream((to) => void to.writeHead(307, { location: 'http://10.0.0.1:8200/v1/x' }).end());
  assert.deepEqual(await client.snapshot(), { result: 'redirect', location: 'http://10.0.0.1:8200/v1/x' });
  answer = () => refuse(403, '1 error occurred', 'permission denied');
  const denied = await failure(client.snapshot());
  assert.ok(denied instanceof VaultRefusal && denied.status === 403 && !denied.retryable);
  assert.match(denied.message, /refuses the snapshot with 403: 1 error occurred; permission denied/);
  assert.match(denied.hint ?? '', /policy/);
  answer = stream((to) => void to.writeHead(500).end('<html>'));
  const trouble = await failure(client.snapshot());
  assert.match(trouble.message, /with 500: no reason given/);
  assert.equal(trouble.retryable, true);
});

test('a restore is sent whole, by force only where that was asked, and a wrong seal is told apart', async () => {
  let answer: Plain = { status: 204 };
  const at = '/v1/sys/storage/raft/snapshot';
  const { client, server } = await vault({
    [`POST ${at}`]: () => answer,
    [`POST ${at}-force`]: () => answer,
  });
  client.setToken(new Secret(TOKEN));
  const send = (force: boolean) =>
    client.restore(Readable.from([Buffer.from('arch'), Buffer.from('ive')]), { size: 7, force });

  assert.deepEqual(await send(true), { result: 'accepted' });
  assert.deepEqual(await send(false), { result: 'accepted' });
  assert.deepEqual(
    server.asked.map(({ path, body, headers }) => [
      path,
      body,
      headers['content-length'],
      headers['x-vault-token'],
    ]),
    [
      [`${at}-force`, 'archive', '7', TOKEN],
      [at, 'archive', '7', TOKEN],
    ],
  );
  for (const message of [
    'could not verify hash file, possibly the snapshot is using a different set of unseal keys',
    'snapshot was created with a different autoseal key',
  ]) {
    answer = refuse(400, message);
    assert.deepEqual((await send(false)).result, 'other-seal');
  }
  answer = refuse(400, 'failed to read snapshot file');
  assert.match(
    (await failure(send(false))).message,
    /refuses the restore with 400: failed to read snapshot file/,
  );
});
