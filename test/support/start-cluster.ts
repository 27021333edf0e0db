/** Real servers with raft storage on loopback, one or three of them, initialised 1/1 and unsealed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Operator, waitFor } from './vault-operations.ts';

export interface ClusterOptions {
  readonly binary: string;
  readonly servers: 1 | 3;
  /** What stands before the binary on the command line: to run it somewhere. */
  readonly wrapper?: readonly string[];
}

export interface Server {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly operator: Operator;
  readonly running: boolean;
  /** SIGKILL: nothing is handed over. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** What it has said so far. */
  log(): string;
}

export interface Cluster {
  readonly servers: readonly Server[];
  readonly root: string;
  /** The active one among those that run. */
  leader(): Promise<Server>;
  standbys(): Promise<readonly Server[]>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

interface Place {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly clusterPort: number;
}

function configuration(self: Place, all: readonly Place[]): string {
  const joins = all
    .filter(({ name }) => name !== self.name)
    .map(({ port }) => `  retry_join {\n    leader_api_addr = "http://127.0.0.1:${port}"\n  }`);
  return [
    'disable_mlock = true',
    `api_addr = "http://127.0.0.1:${self.port}"`,
    `cluster_addr = "https://127.0.0.1:${self.clusterPort}"`,
    'listener "tcp" {',
    '  tls_disable = 1',
    `  address = "127.0.0.1:${self.port}"`,
    `  cluster_address = "127.0.0.1:${self.clusterPort}"`,
    '}',
    'storage "raft" {',
    `  path = "${path.join(self.folder, 'data')}"`,
    `  node_id = "${self.name}"`,
    // Short elections, for short tests.
    '  performance_multiplier = 1',
    ...joins,
    '}',
    '',
  ].join('\n');
}

function start(options: ClusterOptions, place: Place, config: string): Server {
  const { name, folder, port } = place;
  const address = `http://127.0.0.1:${port}`;
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  const file = path.join(folder, 'server.hcl');
  writeFileSync(file, config);
  const [program = '', ...args] = [...(options.wrapper ?? []), options.binary, 'server', `-config=${file}`];
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const stopAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', stopAtExit);
  const running = (): boolean => isRunning(child);
  return {
    name,
    address,
    port,
    operator: new Operator(address),
    get running() {
      return running();
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
      process.removeListener('exit', stopAtExit);
    },
    log: () => said,
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** A joiner takes the share once it has seen the leader; until then it answers that there is nothing to unseal. */
async function unseal({ operator, log, name }: Server, key: string): Promise<void> {
  await waitFor(`${name} to be unsealed: ${log().slice(-2000)}`, async () => {
    const status = await operator.healthStatus();
    if (status === 200 || status === 429) return true;
    if (status === 503) await operator.call('PUT', 'sys/unseal', { key });
    return undefined;
  });
}

async function allVote(leader: Operator, count: number): Promise<void> {
  // Autopilot lets a server vote when it was well for this long.
  await leader.must('POST', 'sys/storage/raft/autopilot/configuration', { server_stabilization_time: '1s' });
  await waitFor(`${count} voters`, async () => {
    const { data } = await leader.must('GET', 'sys/storage/raft/configuration');
    const { servers } = (data as { config: { servers: readonly { voter: boolean }[] } }).config;
    return servers.filter(({ voter }) => voter).length === count ? true : undefined;
  });
}

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-cluster-'));
  const places: Place[] = [];
  for (let number = 0; number < options.servers; number++) {
    const name = `server-${number}`;
    const [port, clusterPort] = [await freePort(), await freePort()];
    places.push({ name, folder: path.join(folder, name), port, clusterPort });
  }
  const servers = places.map((place) => {
    mkdirSync(place.folder);
    return start(options, place, configuration(place, places));
  });
  const active = async (): Promise<readonly Server[]> => {
    const found: Server[] = [];
    for (const server of servers)
      if (server.running && (await server.operator.healthStatus()) === 200) found.push(server);
    return found;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.kill()));
    rmSync(folder, { recursive: true, force: true });
  };
  const leader = (): Promise<Server> => waitFor('a leader', async () => (await active())[0]);
  try {
    const [first, ...others] = servers;
    if (first === undefined) throw new Error('no server was started');
    await first.operator.waitForHealth(501);
    const { shares, root } = await first.operator.init(1, 1);
    for (const { operator } of others) operator.token = root;
    for (const server of [first, ...others]) await unseal(server, shares[0] ?? '');
    await first.operator.waitForHealth(200);
    if (others.length > 0) await allVote(first.operator, servers.length);
    return {
      servers,
      root,
      leader,
      async standbys() {
        const { name } = await leader();
        return servers.filter((server) => server.running && server.name !== name);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
