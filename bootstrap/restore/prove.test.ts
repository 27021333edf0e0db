/** What the restarted private server must show. The server here is a fake client with fixed answers. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import type { Manifest } from '../../contract/manifest.ts';
import { Secret } from '../../contract/secret.ts';
import { shareSet } from '../keys/share-text.ts';
import { createLog } from '../log.ts';
import type { VaultClient } from '../vault/client.ts';
import type { PrivateServer } from './private-server.ts';
import { proveRestored } from './prove.ts';

let lines: string[];
beforeEach(() => {
  lines = [];
});

interface Restored {
  readonly shares: number;
  readonly threshold: number;
  /** What the server opens to: the key of the fresh init, or the snapshot's shares. */
  readonly opensTo: 'fresh key' | 'shares';
}

const FRESH = 'the fresh key';

function serverOf(restored: Restored): PrivateServer {
  let sealed = true;
  let given = 0;
  const client = {
    health: async () => ({
      status: sealed ? 503 : 200,
      initialized: true,
      sealed,
      version: '1.21.1',
      clusterId: sealed ? undefined : 'c-1',
      clusterName: undefined,
    }),
    sealStatus: async () => ({
      type: 'shamir',
      initialized: true,
      sealed,
      threshold: restored.threshold,
      shares: restored.shares,
      progress: given,
      recoverySeal: false,
      version: '1.21.1',
    }),
    unseal: async (share: Secret) => {
      const isFresh = share.reveal() === FRESH;
      if (isFresh !== (restored.opensTo === 'fresh key')) throw new LifeboatError('keys', 'refused');
      given++;
      sealed = !isFresh && given < restored.threshold;
      return { sealed, progress: given };
    },
    resetUnseal: async () => {
      given = 0;
    },
    tokenlessStatus: async () => 403,
    accepts: async () => false,
  } as Partial<VaultClient> as VaultClient;
  return { client, requireAlive: () => {}, lastWords: () => [], stop: async () => {} };
}

/** With a manifest that says 3 of 5. */
function prove(restored: Restored, shares: number | undefined) {
  const manifest = { seal: { shares: 5, threshold: 3 }, cluster: { id: 'c-1' } } as Manifest;
  const set = Array.from({ length: shares ?? 0 }, (_, i) => Buffer.alloc(33, i + 1));
  return proveRestored({
    server: serverOf(restored),
    work: {
      key: 'snapshots/a.snap',
      file: '/x',
      size: 1,
      sha256: '0',
      stateSize: 1,
      sealKind: 'shamir',
      manifest,
      seconds: { find: 0, download: 0 },
    },
    shares: shares === undefined ? undefined : shareSet('set', set),
    freshKey: new Secret(FRESH),
    freshRoot: new Secret('root'),
    freshId: 'c-fresh',
    limit: 5,
    log: createLog({ format: 'text', part: 'test', write: (line) => lines.push(line) }),
  });
}

test('a server that the fresh key still opens has lost the restore', async () => {
  assert.equal(await prove({ shares: 1, threshold: 1, opensTo: 'fresh key' }, 3), 'lost');
});

test('with its shares the restored server is opened and proven', async () => {
  const proof = await prove({ shares: 5, threshold: 3, opensTo: 'shares' }, 3);

  assert.deepEqual(proof, { verdict: 'restored', clusterId: 'c-1', shares: 5, threshold: 3 });
  assert.doesNotMatch(lines.join(''), /WARN/);
});

test('figures of a manifest that are older than the last rekey stop no restore', async () => {
  const rekeyed = { shares: 3, threshold: 2, opensTo: 'shares' } as const;

  assert.equal(((await prove(rekeyed, 2)) as { verdict: string }).verdict, 'restored');
  assert.match(lines.join(''), /WARN: .* asks for 2 of 3 shares, .* says 3 of 5; .*rekeyed/);
  assert.equal(((await prove(rekeyed, undefined)) as { verdict: string }).verdict, 'restored-sealed');
  assert.equal(
    ((await prove({ shares: 1, threshold: 1, opensTo: 'shares' }, 1)) as { verdict: string }).verdict,
    'restored',
  );
});

test('one share where the manifest says more, and no shares to tell: that may be the fresh server', async () => {
  await assert.rejects(prove({ shares: 1, threshold: 1, opensTo: 'shares' }, undefined), {
    exit: 'vault',
    message: /asks for 1 of 1 shares, .* says 3 of 5/,
    hint: /restore\.snapshot/,
  });
});
