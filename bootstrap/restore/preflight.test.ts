import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { LifeboatError } from '../../contract/errors.ts';
import type { Manifest } from '../../contract/manifest.ts';
import { goodArchive, inChunks } from '../../test/snapshot/build-archive.ts';
import { splitKey } from '../../test/snapshot/split-key.ts';
import { shareSet } from '../keys/share-text.ts';
import { verifyArchive } from '../snapshot/archive.ts';
import { lookAtAudit } from './audit-devices.ts';
import { chooseShares, judgeAudit, requireSameSeal, requireVersion } from './preflight.ts';

const KEY = 'snapshots/20261123T224254Z-42.snap';
const shamir = { sealed: { kind: 'shamir', keyId: '', ciphertext: new Uint8Array() } } as const;
const auto = (keyId: string) => ({ sealed: { kind: 'auto', keyId } }) as const;

test('a snapshot of the same kind of seal may be restored', () => {
  requireSameSeal(KEY, shamir, 'shamir', 'vault');
  requireSameSeal(KEY, auto('transit/v1'), 'auto', 'vault');
});

test('a snapshot of another kind of seal is refused, with both kinds and the way out', () => {
  assert.throws(() => requireSameSeal(KEY, shamir, 'auto', 'openbao'), {
    exit: 'keys',
    message: `${KEY} was sealed with Shamir shares, but openbao is configured with an auto-unseal seal`,
    hint: /remove the seal stanza.*restore\.snapshot/,
  });
  assert.throws(() => requireSameSeal(KEY, auto('arn:aws:kms:k'), 'shamir', 'vault'), {
    exit: 'keys',
    message: /sealed by the key arn:aws:kms:k of a KMS, but vault is configured without a seal stanza/,
  });
  assert.throws(() => requireSameSeal(KEY, auto(''), 'shamir', 'vault'), { message: /the key \(unnamed\)/ });
});

const master = randomBytes(32);
const shares = splitKey(master, 5, 3);
const facts = await verifyArchive(inChunks(await goodArchive({ key: master })));
const others = splitKey(randomBytes(32), 5, 3);

test('the set that opens the snapshot is found among dated ones, without shares of another Vault in it', () => {
  const sets = [
    shareSet('2025-01', others),
    shareSet('2026-03', [others[0] ?? master, ...shares.slice(1, 4)]),
    shareSet('2026-09', shares),
  ];

  const chosen = chooseShares(KEY, facts, sets, undefined);

  assert.equal(chosen.name, '2026-03');
  assert.deepEqual(chosen.shares, shares.slice(1, 4));
});

test('without a set that opens it every set is named with its reason, and no share is', () => {
  const manifest = { seal: { threshold: 3 } } as Manifest;
  const sets = [shareSet('2025-01', others), shareSet('2026-03', shares.slice(0, 2))];

  assert.throws(
    () => chooseShares(KEY, facts, sets, manifest),
    (error: Error & { exit?: string; hint?: string }) => {
      assert.equal(error.exit, 'keys');
      assert.match(error.message, /^no set of unseal shares opens snapshots.*2025-01.*; .*2026-03.*3/);
      assert.match(error.hint ?? '', /lifeboat keys check/);
      const printed = inspect(error, { depth: 9, showHidden: true });
      for (const share of [...shares, ...others])
        for (const encoding of ['base64', 'hex'] as const)
          assert.ok(!printed.includes(Buffer.from(share).toString(encoding).slice(0, 12)));
      return true;
    },
  );
  assert.throws(() => chooseShares(KEY, facts, [], undefined), { exit: 'keys' });
});

const from = (product: 'vault' | 'openbao', version: string) =>
  ({ server: { product, version } }) as Manifest;
const server = (version: string) => ({ product: 'vault', version, image: 'img:1' }) as const;

test('a server that is as new or newer takes the data', () => {
  for (const [snapshot, here] of [
    ['1.21.1', '1.21.1'],
    ['1.21.1', '1.21.2'],
    ['1.9.10', '1.21.0'],
    ['1.21.1', '2.0.0'],
    ['1.21.1+ent', '1.21.1'],
    ['v1.21.1', '1.21.1-rc1'],
    ['unknown', '1.0.0'],
    ['1.21.1', ''],
  ] as const)
    assert.equal(requireVersion(from('vault', snapshot), server(here)), undefined, `${snapshot} ${here}`);
  assert.equal(requireVersion(undefined, server('1.0.0')), undefined);
});

test('an older server is refused, with the image to set', () => {
  for (const [snapshot, here] of [
    ['1.21.1', '1.21.0'],
    ['1.21.0', '1.9.10'],
    ['2.0.0', '1.21.1'],
  ] as const)
    assert.throws(() => requireVersion(from('vault', snapshot), server(here)), {
      exit: 'refused',
      message: new RegExp(`taken from vault ${snapshot}, the server's image img:1 is the older ${here}`),
      hint: new RegExp(`server\\.image\\.tag to ${snapshot}`),
    });
});

test('the other product is a warning, whatever its number', () => {
  assert.match(
    requireVersion(from('openbao', '2.7.2'), server('1.21.1')) ?? '',
    /taken from openbao 2\.7\.2 and is restored into vault 1\.21\.1/,
  );
});

const POD = { name: 'vault-0', namespace: 'secrets' };
const device = (path: string, works: boolean | undefined, type = 'file') => ({
  path,
  type,
  works,
  detail: `${type} ${path}`,
});

test('audit devices: one that works is enough, and what cannot be known is not counted as broken', () => {
  assert.deepEqual(judgeAudit([], POD), []);
  assert.deepEqual(judgeAudit([device('a/', true), device('b/', undefined)], POD), []);
  const warned = ['audit devices of the snapshot that will not work here: b/ (file b/)'];
  assert.deepEqual(judgeAudit([device('a/', true), device('b/', false)], POD), warned);
  assert.deepEqual(judgeAudit([device('a/', undefined), device('b/', false)], POD), warned);
});

test('audit devices: where none can work the restore is refused', () => {
  assert.throws(() => judgeAudit([device('a/', false), device('b/', false)], POD), {
    exit: 'refused',
    message: /none of its audit devices can work in this pod: a\/ \(file a\/\), b\/ \(file b\/\)/,
    hint: /server\.volumes.*auditStorage.*kubectl delete statefulset vault -n secrets --cascade=orphan.*or choose a snapshot.*kubectl delete pod vault-0 -n secrets$/,
  });
});

test('audit devices: what is to be done is said once for each kind that is broken', () => {
  const hintOf = (...devices: Parameters<typeof judgeAudit>[0]): string => {
    try {
      judgeAudit(devices, POD);
    } catch (error) {
      return (error as LifeboatError).hint ?? '';
    }
    throw new Error('not refused');
  };
  const socket = device('c/', false, 'socket');

  assert.match(hintOf(socket), /^let what listens there answer/);
  assert.doesNotMatch(hintOf(socket), /auditStorage/);
  const both = hintOf(device('a/', false), device('b/', false), socket);
  assert.equal(both.split('auditStorage').length, 2);
  assert.match(both, /NetworkPolicies/);
});

test('audit devices: a file works where it, or a new one in its folder, can be written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  await writeFile(join(folder, 'there.log'), '');
  await chmod(folder, 0o755);
  const file = (path: string, filePath: string | undefined) => ({
    path,
    type: 'file',
    ...(filePath === undefined ? {} : { filePath }),
  });

  const found = await lookAtAudit([
    file('there/', join(folder, 'there.log')),
    file('new/', join(folder, 'new.log')),
    file('nowhere/', join(folder, 'missing', 'new.log')),
    file('stdout/', 'stdout'),
    file('discard/', 'discard'),
    file('unknown/', undefined),
    { path: 'socket/', type: 'socket' },
    { path: 'syslog/', type: 'syslog' },
  ]);

  assert.deepEqual(
    found.map(({ path, works }) => [path, works]),
    [
      ['there/', true],
      ['new/', true],
      ['nowhere/', false],
      ['stdout/', true],
      ['discard/', true],
      ['unknown/', undefined],
      ['socket/', undefined],
      ['syslog/', undefined],
    ],
  );
  await rm(folder, { recursive: true });
});

test('audit devices: a socket works where somebody answers; a datagram tells nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-socket-'));
  const listening = createServer().listen(0, '127.0.0.1');
  const local = createServer().listen(join(folder, 'log.sock'));
  await Promise.all([once(listening, 'listening'), once(local, 'listening')]);
  t.after(async () => {
    listening.close();
    local.close();
    await rm(folder, { recursive: true });
  });
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  const closed = portOf(gone);
  gone.close();
  await once(gone, 'close');
  const socket = (path: string, address: string, socketType?: string) => ({
    path,
    type: 'socket',
    address,
    ...(socketType === undefined ? {} : { socketType }),
  });

  const found = await lookAtAudit([
    socket('here/', `127.0.0.1:${portOf(listening)}`, 'tcp'),
    socket('default/', `127.0.0.1:${portOf(listening)}`),
    socket('unix/', join(folder, 'log.sock'), 'unix'),
    socket('gone/', `127.0.0.1:${closed}`, 'tcp'),
    socket('nowhere/', join(folder, 'missing.sock'), 'unix'),
    socket('datagram/', `127.0.0.1:${closed}`, 'udp'),
    socket('odd/', 'no port', 'tcp'),
  ]);

  assert.deepEqual(
    found.map(({ path, works }) => [path, works]),
    [
      ['here/', true],
      ['default/', true],
      ['unix/', true],
      ['gone/', false],
      ['nowhere/', false],
      ['datagram/', undefined],
      ['odd/', undefined],
    ],
  );
  assert.match(found[3]?.detail ?? '', /^socket tcp 127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/);
});
