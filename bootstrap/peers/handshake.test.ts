/** Pods as real listeners on addresses of loopback, all on one port, as in a cluster; names and claims are a table. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';
import type { RestoreSlice } from '../../contract/slice.ts';
import { freePort } from '../../test/support/server-process.ts';
import { waitFor } from '../../test/support/vault-operations.ts';
import { createLog } from '../log.ts';
import type { Resolved } from './addresses.ts';
import { beginHandshake, type Handshake, ordinalOf } from './handshake.ts';
import type { Outcome } from './hold.ts';
import type { ApiAnswer } from './kubernetes-api.ts';

let port: number;
let claims: Record<string, ApiAnswer>;
/** Pods behind the headless Service, with their addresses. */
let published: Map<string, string>;
let stop: AbortController;
const open: Handshake[] = [];
const servers: Server[] = [];

beforeEach(async () => {
  port = await freePort();
  claims = {};
  published = new Map();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await Promise.all(open.splice(0).map((one) => one.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const claim = (phase: string): ApiAnswer => ({
  answer: 'object',
  object: { kind: 'PersistentVolumeClaim', status: { phase } },
});
const BOUND = claim('Bound');
const UNBOUND = claim('Pending');

const addressOf = (ordinal: number): string => `127.0.0.${20 + ordinal}`;

function sliceOf(count: number, assumeLost: number[] = []): RestoreSlice {
  return {
    installation: 'vault/vault',
    replicas: { count, namespace: 'vault', statefulSet: 'vault', service: 'vault-internal', ordered: false },
    server: { address: `http://127.0.0.1:${port}` },
    restore: { assumeLost },
  } as Partial<RestoreSlice> as RestoreSlice;
}

interface Pod {
  readonly lines: string[];
  readonly outcome: Promise<Outcome>;
  readonly handshake: Handshake;
  decision(): Promise<string>;
}

async function pod(
  ordinal: number,
  count = 3,
  more: { assumeLost?: number[]; installation?: string } = {},
): Promise<Pod> {
  const lines: string[] = [];
  const slice = { ...sliceOf(count, more.assumeLost), installation: more.installation ?? 'vault/vault' };
  const handshake = await beginHandshake({
    slice,
    env: { HOSTNAME: `vault-${ordinal}` },
    log: createLog({ format: 'text', part: `vault-${ordinal}`, write: (line) => lines.push(line) }),
    signal: stop.signal,
    pace: 20,
    network: {
      host: addressOf(ordinal),
      own: new Set([addressOf(ordinal)]),
      resolve: async (name) => resolved(name),
      api: async (path) => claims[path.split('/').at(-1) ?? ''] ?? { answer: 'not-found' },
    },
  });
  open.push(handshake);
  published.set(`vault-${ordinal}`, addressOf(ordinal));
  const outcome = handshake.decided();
  outcome.catch(() => {});
  return { lines, outcome, handshake, decision: async () => (await outcome).decision };
}

function resolved(name: string): Resolved {
  if (name === 'vault-internal.vault.svc') return { addresses: [...published.values()] };
  const address = published.get(name.split('.')[0] ?? '');
  return address === undefined ? { failed: 'the name is unknown to DNS' } : { addresses: [address] };
}

/** A server in the pod's place. */
async function serve(ordinal: number, status: number): Promise<void> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ initialized: status !== 501 }));
  });
  server.listen(port, addressOf(ordinal));
  await once(server, 'listening');
  servers.push(server);
  published.set(`vault-${ordinal}`, addressOf(ordinal));
}

const says = (one: Pod, text: RegExp): Promise<boolean> =>
  waitFor(`${text}`, () => (text.test(one.lines.join('')) ? true : undefined), 20);

test('three empty pods: the first restores, the others wait until it serves, and join', async () => {
  for (const ordinal of [0, 1, 2]) claims[`data-vault-${ordinal}`] = BOUND;
  const followers = [await pod(2), await pod(1)];
  const first = await pod(0);

  assert.equal(await first.decision(), 'restore');
  first.handshake.nowRestores();
  for (const follower of followers) await says(follower, /vault-0: no data yet, restores/);
  await first.handshake.close();
  for (const follower of followers) await says(follower, /vault-0: connection refused/);

  await serve(0, 503);
  for (const follower of followers) {
    assert.equal(await follower.decision(), 'join');
    // The restored one is alone with its data, as it should be.
    assert.equal((await follower.outcome).quorumWarning, undefined);
  }
});

test('a first install: the others start once the first one serves, though nothing is initialised', async () => {
  const follower = await pod(1);
  await says(follower, /waits for vault-0/);

  await serve(0, 501);

  assert.equal(await follower.decision(), 'start');
});

test('a pod whose claim is bound is waited for until it says something', async () => {
  claims['data-vault-2'] = BOUND;
  const first = await pod(0);
  await pod(1);
  await says(first, /waits for vault-2: nothing is restored while any of them may have data/);
  await says(
    first,
    /vault-2: the name is unknown to DNS; Kubernetes has no pod of this name now; its claim data-vault-2 has a volume, which may hold data/,
  );

  await serve(2, 503);

  assert.equal(await first.decision(), 'join');
  assert.match((await first.outcome).quorumWarning ?? '', /lost-quorum/);
});

test('pods that have no disk yet are not waited for', async () => {
  claims['data-vault-1'] = UNBOUND;
  const first = await pod(0);

  assert.equal(await first.decision(), 'restore');
  assert.match(first.lines.join(''), /vault-1: not there, and its claim data-vault-1 has no volume yet/);
  assert.match(first.lines.join(''), /vault-2: not there, and its claim data-vault-2 does not exist/);
});

test('without the right to read claims the pod waits, and goes on when it is given', async () => {
  claims['data-vault-1'] = { answer: 'denied' };
  claims['data-vault-2'] = { answer: 'denied' };
  const first = await pod(0);
  await says(first, /vault-1: .*may not ask Kubernetes whether it has a disk/);

  claims = {};

  assert.equal(await first.decision(), 'restore');
});

test('a word of a person counts for whom nobody sees, and for nobody else', async () => {
  claims['data-vault-2'] = BOUND;
  await pod(1);
  const first = await pod(0, 3, { assumeLost: [2] });
  assert.equal(await first.decision(), 'restore');
  await first.handshake.close();

  await serve(2, 503);
  const second = await pod(0, 3, { assumeLost: [2] });
  assert.equal(await second.decision(), 'join');
  assert.match(second.lines.join(''), /a server with data, sealed, although restore\.assumeLost names it/);
});

test('more pods than configured are asked too, by their addresses', async () => {
  await pod(1);
  await pod(2);
  published.set('vault-3', addressOf(3));
  const first = await pod(0);
  await says(first, /waits for 127\.0\.0\.23/);

  await serve(3, 429);

  assert.equal(await first.decision(), 'join');
});

test('a pod beyond the configured ones joins', async () => {
  await serve(0, 200);

  assert.equal(await (await pod(3)).decision(), 'join');
});

test('a release of one server asks nobody, and listens to nobody', async () => {
  published.set('vault-0', addressOf(0));
  const first = await pod(0, 1);

  assert.equal(await first.decision(), 'restore');
  await assert.rejects(fetch(`http://${addressOf(0)}:${port}/.lifeboat/holding`));
  assert.deepEqual(first.lines, []);
});

test('a release of one server with a second pod waits for it', async () => {
  published.set('vault-1', addressOf(1));
  const first = await pod(0, 1);
  await says(first, /waits for 127\.0\.0\.21/);

  await serve(1, 503);

  assert.equal(await first.decision(), 'join');
});

test('a pod of another installation is waited for, whatever it says', async () => {
  await pod(1, 3, { installation: 'other/vault' });
  const first = await pod(0);

  await says(first, /vault-1: a pod of the installation other\/vault, not of vault\/vault/);
  await says(first, /waits for vault-1/);
});

test('an address that went to another pod says nothing of this one', async () => {
  claims['data-vault-1'] = BOUND;
  await pod(2);
  published.set('vault-1', addressOf(2));
  const first = await pod(0);

  await says(first, /vault-1: its address leads to a pod that says it is number 2/);
});

test('the ordinal is that of the pod, and a name of another release is no guess', () => {
  assert.equal(ordinalOf(sliceOf(3), 'vault-2'), 2);
  assert.equal(ordinalOf(sliceOf(3), 'vault-12'), 12);
  assert.equal(ordinalOf(sliceOf(1), 'anything'), 0);
  for (const name of ['other-0', 'vault', undefined, 'vault-01'])
    assert.throws(() => ordinalOf(sliceOf(3), name), { exit: 'config' });
});
