/** Real servers with raft storage on loopback, one or three of them, initialised 1/1 and unsealed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './server-process.ts';
import { Operator, waitFor } from './vault-operations.ts';

export interface ClusterOptions {
  readonly binary: string;
  readonly servers: 1 | 3;
  /** What stands before the binary on the command line: to run it somewhere. */
  readonly wrapper?: readonly string[];
  /** What comes before the number in their names; else `server`. */
  readonly names?: string;
  /** Each server makes its own node id and keeps it in a file, instead of taking its name. */
  readonly makesNodeIds?: boolean;
}

export interface RestartOptions {
  /** Its disk is lost. */
  readonly empty?: boolean;
  /** It finds no leader by itself. */
  readonly withoutJoins?: boolean;
}

export interface Server {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly operator: Operator;
  readonly running: boolean;
  /** SIGKILL: nothing is handed over. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** The same server anew, killed first where it runs. It comes up sealed. */
  restart(options?: RestartOptions): Promise<void>;
  /** Where its data is. */
  readonly data: string;
  /** `host:port` for the other servers. */
  readonly clusterAddress: string;
  /** What it has said so far. */
  log(): string;
}

export interface Cluster {
  readonly servers: readonly Server[];
  readonly root: string;
  /** The one unseal share. */
  readonly share: string;
  /** The active one among those that run. */
  leader(): Promise<Server>;
  standbys(): Promise<readonly Server[]>;
  stop(): Promise<void>;
}

interface Place {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly clusterPort: number;
}

function configuration(
  { makesNodeIds = false }: ClusterOptions,
  self: Place,
  all: readonly Place[],
  withoutJoins = false,
): string {
  const joins = all
    .filter(({ name }) => name !== self.name && !withoutJoins)
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
    ...(makesNodeIds ? [] : [`  node_id = "${self.name}"`]),
    // Short elections, for short tests.
    '  performance_multiplier = 1',
    ...joins,
    '}',
    '',
  ].join('\n');
}

function spawnServer(options: ClusterOptions, { folder }: Place, config: string): ChildProcess {
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  const file = path.join(folder, 'server.hcl');
  writeFileSync(file, config);
  const [program = '', ...args] = [...(options.wrapper ?? []), options.binary, 'server', `-config=${file}`];
  return spawn(program, args, {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function start(options: ClusterOptions, place: Place, all: readonly Place[]): Server {
  const { name, folder, port, clusterPort } = place;
  const address = `http://127.0.0.1:${port}`;
  const data = path.join(folder, 'data');
  let said = '';
  const run = (withoutJoins?: boolean): ChildProcess => {
    const child = spawnServer(options, place, configuration(options, place, all, withoutJoins));
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    return child;
  };
  let child = run();
  const stopAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', stopAtExit);
  const end = async (): Promise<void> => {
    if (!isRunning(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    name,
    address,
    port,
    data,
    clusterAddress: `127.0.0.1:${clusterPort}`,
    operator: new Operator(address),
    get running() {
      return isRunning(child);
    },
    async kill() {
      await end();
      process.removeListener('exit', stopAtExit);
    },
    async restart({ empty = false, withoutJoins } = {}) {
      await end();
      if (empty) rmSync(data, { recursive: true, force: true });
      child = run(withoutJoins);
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
    const name = `${options.names ?? 'server'}-${number}`;
    const [port, clusterPort] = [await freePort(), await freePort()];
    places.push({ name, folder: path.join(folder, name), port, clusterPort });
  }
  const servers = places.map((place) => {
    mkdirSync(place.folder);
    return start(options, place, places);
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
      share: shares[0] ?? '',
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
