import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import { peerFor } from './find-leader.ts';

const PATH = '/v1/sys/storage/raft/snapshot';
const PODS: Readonly<Record<string, readonly string[]>> = {
  'vault-0.vault-internal': ['10.1.0.10'],
  'vault-1.vault-internal': ['10.1.0.11', 'fd00::11'],
  'vault-2.vault-internal': ['10.1.0.12'],
};
const PEERS = Object.keys(PODS).map((host) => `https://${host}:8200`);

async function dns(host: string): Promise<readonly string[]> {
  const addresses = PODS[host];
  if (addresses === undefined) throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  return addresses;
}

async function noDns(host: string): Promise<never> {
  throw new Error(`${host} was looked up`);
}

async function refused(location: string, peers: readonly string[], lookup = dns): Promise<LifeboatError> {
  const error: unknown = await peerFor(location, peers, lookup).then(
    (peer) => assert.fail(`${location} was taken for ${peer}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof LifeboatError);
  assert.deepEqual([error.exit, error.retryable], ['vault', true]);
  assert.ok(error.hint !== undefined);
  return error;
}

test("a pod's address is the peer whose name leads there, and the peer is called by its name", async () => {
  assert.equal(await peerFor(`https://10.1.0.11:8200${PATH}`, PEERS, dns), PEERS[1]);
  assert.equal(await peerFor(`https://[fd00::11]:8200${PATH}`, PEERS, dns), PEERS[1]);
  assert.equal(await peerFor(`https://10.1.0.12:8200${PATH}`, PEERS, dns), PEERS[2]);
});

test('a name of a peer is that peer, and DNS is not asked', async () => {
  const location = `https://VAULT-2.vault-internal:8200${PATH}?x=y`;

  assert.equal(await peerFor(location, PEERS, noDns), PEERS[2]);
});

test('a peer that is unknown to DNS does not hide the others', async () => {
  const peers = ['https://gone.vault-internal:8200', ...PEERS];

  assert.equal(await peerFor(`https://10.1.0.12:8200${PATH}`, peers, dns), PEERS[2]);
});

test('servers that share a host are told apart by their port', async () => {
  const lookup = async () => ['127.0.0.1'];
  const peers = ['http://localhost:8200', 'http://localhost:8300', 'http://localhost'];

  for (const host of ['localhost', '127.0.0.1']) {
    assert.equal(await peerFor(`http://${host}:8300${PATH}`, peers, lookup), peers[1]);
    assert.equal(await peerFor(`http://${host}:80${PATH}`, peers, lookup), peers[2]);
    await refused(`http://${host}:9999${PATH}`, peers, lookup);
  }
  assert.equal(
    await peerFor(`https://localhost${PATH}`, ['https://localhost:443'], noDns),
    'https://localhost:443',
  );
});

test('a server that has its host alone is meant by whatever port it advertises', async () => {
  assert.equal(await peerFor(`http://10.1.0.11:8443${PATH}`, PEERS, dns), PEERS[1]);
  assert.equal(await peerFor(`https://vault-0.vault-internal${PATH}`, PEERS, noDns), PEERS[0]);
});

test('a host that no peer stands for is refused, and named by its origin alone', async () => {
  const { message } = await refused('https://someone:secret@evil.example:8200/v1/take?it=1', PEERS);

  assert.match(message, /redirects to https:\/\/evil\.example:8200, which is none of/);
  assert.match(message, /vault-0\.vault-internal/);
  assert.doesNotMatch(message, /secret|take/);
});

test('no address at all, and no known peers, are refused', async () => {
  for (const location of ['', '/v1/sys/storage/raft/snapshot', '10.1.0.11:8200', 'http://'])
    assert.match((await refused(location, PEERS)).message, /nowhere|none of/);
  assert.match((await refused(`https://10.1.0.11:8200${PATH}`, [])).message, /none known/);
});
