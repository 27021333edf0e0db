/** The server here is a fake client with a script of answers; its verdicts are in worker-verdict.test.ts. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import {
  AWAY,
  health,
  type ScriptedWorker,
  SEALED,
  scriptedWorker,
} from '../../test/restore/scripted-worker.ts';

let worker: ScriptedWorker;
beforeEach(async () => {
  worker = await scriptedWorker();
});
afterEach(() => worker.remove());

test('a Vault that was not restored and is unsealed needs no word', async () => {
  assert.equal(
    await worker
      .work({ health: [AWAY, health(503), health(200, 'c')] })
      .then((said) => said.includes('RESTORED')),
    false,
  );
  assert.deepEqual(await worker.receipts(), []);
});

test('a server that is not initialised is a first install: who has to do what is said, once', async () => {
  const later = [health(503), health(200, 'c')];
  const said = await worker.work({ health: [AWAY, health(501), health(501), health(501), ...later] });

  assert.match(said, /first install\. Next: kubectl exec -ti vault-0 -- vault operator init/);
  assert.equal(said.match(/first install/g)?.length, 1);
});

test('a server that joins later takes the shares then, and is never told to be initialised', async () => {
  await writeFile(
    join(worker.folder, 'shares', 'a'),
    Array.from({ length: 3 }, () => randomBytes(33).toString('base64')).join('\n'),
  );
  const said = await worker.work(
    {
      health: [health(501), health(501), ...Array.from({ length: 5 }, () => health(503)), health(429, 'c')],
      unseal: [
        { sealed: true, progress: 1 },
        { sealed: true, progress: 2 },
        // The join is asynchronous: the last share is taken, and the server still says sealed.
        { sealed: true, progress: 0 },
      ],
    },
    {
      unseal: { shares: join(worker.folder, 'shares') },
      start: { because: 'join', quorumWarning: '1 of 3 servers is seen with data' },
    },
  );

  assert.match(said, /empty and waits to join the servers that have data\. 1 of 3 servers/);
  assert.doesNotMatch(said, /operator init/);
  assert.match(said, /the shares of a were taken; the server joins the others/);
});

test('a follower of a first install waits for the first server', async () => {
  const said = await worker.work(
    { health: [health(501), health(503), health(429, 'c')] },
    { start: { because: 'first-install-elsewhere' } },
  );

  assert.match(said, /waits to join vault-0, once that one is initialised/);
});

test('a state that lasts is said once', async () => {
  await worker.work({ health: [...Array.from({ length: 20 }, () => health(503)), health(200, 'c')] });

  assert.equal(worker.lines.length, 2);
  assert.match(worker.lines[0] ?? '', /sealed: waits for people, 0 of 3 unseal shares given/);
  assert.match(worker.lines[1] ?? '', /\[unsealed\]/);
});

test('a server that comes and goes while it is asked is asked again', async () => {
  await writeFile(
    join(worker.folder, 'shares', 'a'),
    Array.from({ length: 3 }, () => randomBytes(33).toString('base64')).join('\n'),
  );
  const said = await worker.work(
    {
      health: [health(503), AWAY, health(503), health(503), health(200, 'c')],
      seal: [AWAY, SEALED],
      unseal: [
        AWAY,
        { sealed: true, progress: 1 },
        { sealed: true, progress: 2 },
        { sealed: false, progress: 0 },
      ],
    },
    { unseal: { shares: join(worker.folder, 'shares') } },
  );

  assert.match(said, /unsealed with the shares of a\n$/);
});

test('a folder of ours that cannot be read keeps no server sealed', async () => {
  await writeFile(join(worker.folder, 'data', '.lifeboat'), 'a file where the folder should be');

  const said = await worker.work({ health: [health(503), health(200, 'c')] });

  assert.match(said, /WARN: whether a restore is to be confirmed cannot be read: ENOTDIR/);
  assert.match(said, /sealed: waits for people/);
});

test('a failure that waiting cannot cure ends the work', async () => {
  const certificate = new LifeboatError('vault', 'its certificate is not accepted');

  await assert.rejects(worker.work({ health: [certificate] }), { message: /certificate/ });
});
