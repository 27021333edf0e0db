/** Takes a snapshot from a real server: one node with raft storage on loopback, initialised 5/3, stopped afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface RealSnapshot {
  readonly archive: Buffer;
  /** The answer to sys/init, as text: what people keep in a file. */
  readonly init: string;
}

/** A `seal` stanza makes an auto-unsealed server of it. */
export interface RealServer {
  /** A `vault` or `bao` executable. */
  readonly binary: string;
  readonly seal?: object;
}

interface InitAnswer {
  readonly keys_base64?: readonly string[];
  readonly root_token: string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function call(url: string, method: string, body?: object, token = ''): Promise<Response> {
  const options = {
    method,
    headers: { 'X-Vault-Token': token },
    ...(body && { body: JSON.stringify(body) }),
  };
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${method} ${url} answers ${response.status}`);
  return response;
}

/** Polls sys/health until it answers `status`. */
async function untilHealth(address: string, server: ChildProcess, status: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const answer = await fetch(`${address}/v1/sys/health`).catch(() => undefined);
    if (answer?.status === status) return;
    await pause(50);
  }
  throw new Error(`sys/health never answered ${status}`);
}

async function fillAndSnapshot(address: string, server: ChildProcess, auto: boolean): Promise<RealSnapshot> {
  await untilHealth(address, server, 501);
  const shares = auto
    ? { recovery_shares: 5, recovery_threshold: 3 }
    : { secret_shares: 5, secret_threshold: 3 };
  const init = await (await call(`${address}/v1/sys/init`, 'PUT', shares)).text();
  const { keys_base64 = [], root_token } = JSON.parse(init) as InitAnswer;
  for (const key of auto ? [] : keys_base64.slice(0, 3))
    await call(`${address}/v1/sys/unseal`, 'PUT', { key });
  await untilHealth(address, server, 200);
  await call(`${address}/v1/cubbyhole/written`, 'PUT', { by: 'test' }, root_token);
  const answer = await call(`${address}/v1/sys/storage/raft/snapshot`, 'GET', undefined, root_token);
  return { archive: Buffer.from(await answer.arrayBuffer()), init };
}

export async function takeRealSnapshot({ binary, seal }: RealServer): Promise<RealSnapshot> {
  const folder = await mkdtemp(join(tmpdir(), 'real-snapshot-'));
  const [port, clusterPort] = [await freePort(), await freePort()];
  const address = `http://127.0.0.1:${port}`;
  await mkdir(join(folder, 'data'));
  const config = {
    api_addr: address,
    cluster_addr: `http://127.0.0.1:${clusterPort}`,
    disable_mlock: true,
    ...(seal && { seal }),
    storage: { raft: { path: join(folder, 'data'), node_id: 'one', performance_multiplier: '1' } },
    listener: {
      tcp: { address: `127.0.0.1:${port}`, cluster_address: `127.0.0.1:${clusterPort}`, tls_disable: true },
    },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const server = spawn(binary, ['server', `-config=${join(folder, 'config.json')}`], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  try {
    return await fillAndSnapshot(address, server, seal !== undefined);
  } finally {
    server.kill();
    await ended;
    await rm(folder, { recursive: true });
  }
}
