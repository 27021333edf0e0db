/**
 * A server of the pod's own image that nobody else can reach: on loopback, without peers, registration or
 * telemetry, with the seal, plugins and node id of the real one, and with a folder of its own for its data.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LifeboatError, messageOf, systemCode } from '../../contract/errors.ts';
import { BINARIES } from '../../contract/product-words.ts';
import { fillPlaceholders, privateServerConfig } from '../../contract/server-config.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import type { Health } from '../vault/answers.ts';
import { VaultClient } from '../vault/client.ts';
import { createTransport } from '../vault/transport.ts';

export interface PrivateServer {
  readonly client: VaultClient;
  /** Throws `vault` with the server's last words where the process has ended by itself. */
  requireAlive(): void;
  /** The last lines that the server wrote. */
  lastWords(): readonly string[];
  /** SIGTERM, and SIGKILL after the grace period (milliseconds). Resolves when the process is gone; once or again. */
  stop(grace?: number): Promise<void>;
}

export interface PrivateServerOptions {
  readonly server: RestoreSlice['server'];
  /** Folder of the raft data. */
  readonly data: string;
  /** TMPDIR of the server: it buffers the snapshot there. */
  readonly tmp: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Variables that would override the private configuration, contradict it (a non-voter must have peers), or that are ours. */
const NOT_INHERITED =
  /^(?:LIFEBOAT_.*|(?:VAULT|BAO)_(?:RAFT_PATH|RAFT_RETRY_JOIN_AS_NON_VOTER|API_ADDR|REDIRECT_ADDR|ADVERTISE_ADDR|LOCAL_CONFIG|LOG_FILE|ADDR|AGENT_ADDR|UI))$/;

const LINES_KEPT = 60;
const STOP_GRACE = 20_000;

export async function startPrivateServer(options: PrivateServerOptions): Promise<PrivateServer> {
  const [port, clusterPort] = await freePorts();
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-'));
  const binary = BINARIES[options.server.product];
  const lines: string[] = [];
  let child: ChildProcess;
  try {
    const files = await writeConfig(folder, options, port, clusterPort);
    child = spawn(binary, ['server', ...files.map((file) => `-config=${file}`)], {
      env: { ...inherited(options.env), TMPDIR: options.tmp },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const keep = (chunk: Buffer): void => {
    lines.push(
      ...chunk
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== ''),
    );
    lines.splice(0, Math.max(0, lines.length - LINES_KEPT));
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let ended: string | undefined;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended = systemCode(error) === 'ENOENT' ? `no ${binary} on PATH in this image` : messageOf(error);
      resolve();
    });
    child.once('exit', (code, signal) => {
      ended ??= signal === null ? `exit code ${code}` : `signal ${signal}`;
      resolve();
    });
  });
  const transport = createTransport();
  let stopped: Promise<void> | undefined;
  async function stopOnce(grace: number): Promise<void> {
    await endProcess(child, gone, grace);
    await transport.close();
    await rm(folder, { recursive: true, force: true });
  }
  return {
    client: new VaultClient(`http://127.0.0.1:${port}`, transport),
    requireAlive() {
      if (ended === undefined) return;
      throw new LifeboatError(
        'vault',
        `the private ${binary} server ended (${ended}): ${lines.slice(-6).join(' | ') || 'it said nothing'}`,
      );
    },
    lastWords: () => [...lines],
    // Whoever cleans up after a failure need not know whether the server was stopped before.
    stop: (grace = STOP_GRACE) => {
      stopped ??= stopOnce(grace);
      return stopped;
    },
  };
}

async function endProcess(child: ChildProcess, gone: Promise<void>, grace: number): Promise<void> {
  child.kill('SIGTERM');
  const cancel = new AbortController();
  await Promise.race([gone, delay(grace, undefined, { signal: cancel.signal }).catch(() => {})]);
  cancel.abort();
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await gone;
}

/** The configuration may hold secrets of the user's seal stanza: it lives in the container's own file system, mode 0600. */
async function writeConfig(
  folder: string,
  options: PrivateServerOptions,
  port: number,
  clusterPort: number,
): Promise<readonly string[]> {
  const sources: { name: string; text: string }[] = [];
  for (const [index, file] of options.server.configFiles.entries()) {
    const suffix = file.endsWith('.json') ? 'json' : 'hcl';
    sources.push({
      name: `${index}-server.${suffix}`,
      text: fillPlaceholders(await readConfig(file), options.env),
    });
  }
  const paths: string[] = [];
  for (const { name, text } of derive(sources, options, port, clusterPort)) {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    paths.push(path);
  }
  return paths;
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LifeboatError(
      'vault',
      `the server's configuration ${file} cannot be read: ${systemCode(error) ?? 'unreadable'}`,
      {
        hint: 'render vault-values.yaml again: the configuration may have moved with the chart',
      },
    );
  }
}

function derive(
  sources: readonly { name: string; text: string }[],
  options: PrivateServerOptions,
  port: number,
  clusterPort: number,
): readonly { name: string; text: string }[] {
  try {
    return privateServerConfig(sources, { path: options.data, port, clusterPort });
  } catch (error) {
    throw new LifeboatError('vault', `the server's configuration cannot be read: ${messageOf(error)}`, {
      hint: `the files are ${options.server.configFiles.join(', ')}; the server itself says more about them`,
    });
  }
}

function inherited(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !NOT_INHERITED.test(name)) kept[name] = value;
  }
  return kept;
}

/** Two ports of 127.0.0.1 that were free a moment ago. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}

/** Polls `check` until it returns a value; throws `timeout` with what was seen last. */
export async function pollUntil<T>(
  what: string,
  limitSeconds: number,
  check: () => Promise<T | undefined>,
  seen: () => string = () => '',
): Promise<T> {
  // Not the clock of the day: one that is set meanwhile must neither end the wait nor lengthen it.
  const end = performance.now() + limitSeconds * 1000;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (performance.now() > end) {
      const last = seen();
      throw new LifeboatError(
        'timeout',
        `${what} took longer than ${limitSeconds} s${last === '' ? '' : `; last seen: ${last}`}`,
        {
          hint: 'raise restore.timeout in lifeboat.yaml if the machine is slow',
        },
      );
    }
    await delay(50);
  }
}

/** Waits for a state of the server; connection errors while it starts are part of waiting. */
export async function waitForHealth(
  server: Pick<PrivateServer, 'client' | 'requireAlive'>,
  what: string,
  limitSeconds: number,
  wanted: (health: Health) => boolean,
): Promise<Health> {
  let last = '';
  return await pollUntil(
    what,
    limitSeconds,
    async () => {
      server.requireAlive();
      try {
        const health = await server.client.health();
        last = `health ${health.status}`;
        return wanted(health) ? health : undefined;
      } catch (error) {
        if (!(error instanceof LifeboatError) || !error.retryable) throw error;
        last = error.message;
        return undefined;
      }
    },
    () => last,
  );
}
