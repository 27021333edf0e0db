/**
 * What lifeboat says to a Vault or OpenBao. JSON calls go through node-vault over our own transport; health (whose
 * status code node-vault drops) and the snapshot streams go over the transport directly.
 */
import type { Readable } from 'node:stream';
import nodeVault from 'node-vault';
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { Secret } from '../../contract/secret.ts';
import type {
  AuditDevice,
  Call,
  Health,
  InitAnswer,
  RestoreAnswer,
  SealStatus,
  SnapshotAnswer,
} from './answers.ts';
import { refusalOf, VaultRefusal } from './refusal.ts';
import { type HttpRequest, readJson, type Transport } from './transport.ts';

type NodeVault = ReturnType<typeof nodeVault>;

export class VaultClient {
  readonly address: string;
  readonly #transport: Transport;
  readonly #node: NodeVault;
  #token: Secret | undefined;

  constructor(address: string, transport: Transport) {
    this.address = address.replace(/\/$/, '');
    this.#transport = transport;
    this.#node = nodeVault({
      endpoint: this.address,
      debug: () => {},
      'request-promise': { defaults: () => (options: NodeVaultRequest) => this.#send(options) },
    } as unknown as Parameters<typeof nodeVault>[0]);
    // node-vault would take these from the environment; a token that is there belongs to somebody else (the seal).
    Object.assign(this.#node, { token: '', namespace: '', pathPrefix: '' });
  }

  setToken(token: Secret): void {
    this.#token = token;
  }

  async health(call: Call = {}): Promise<Health> {
    const answer = await this.#transport.send({
      method: 'GET',
      url: `${this.address}/v1/sys/health`,
      idleTimeout: 5000,
      signal: call.signal,
    });
    const body = await readJson(answer, this.address);
    if (typeof body !== 'object' || body === null || !('initialized' in body)) {
      throw new LifeboatError(
        'vault',
        `${this.address} answers ${answer.status} to sys/health, but not as a Vault does`,
        {
          retryable: true,
        },
      );
    }
    const health = body as Record<string, unknown>;
    return {
      status: answer.status,
      initialized: health.initialized === true,
      sealed: health.sealed === true,
      version: textOf(health.version) ?? '',
      clusterId: textOf(health.cluster_id),
      clusterName: textOf(health.cluster_name),
      ...(typeof health.server_time_utc === 'number'
        ? { time: new Date(health.server_time_utc * 1000) }
        : {}),
    };
  }

  async sealStatus(call: Call = {}): Promise<SealStatus> {
    const body = await this.#call('GET', '/sys/seal-status', undefined, call);
    return {
      type: textOf(body.type) ?? '',
      initialized: body.initialized === true,
      sealed: body.sealed === true,
      threshold: numberOf(body.t),
      shares: numberOf(body.n),
      progress: numberOf(body.progress),
      recoverySeal: body.recovery_seal === true,
      version: textOf(body.version) ?? '',
    };
  }

  /** Initialises a server with one share (Shamir) or one recovery share (auto-unseal). */
  async initialise(recovery: boolean, call: Call = {}): Promise<InitAnswer> {
    // node-vault's own init drops recovery_shares, so the request is made by hand.
    const wanted = recovery
      ? { recovery_shares: 1, recovery_threshold: 1 }
      : { secret_shares: 1, secret_threshold: 1 };
    const body = await this.#call('PUT', '/sys/init', wanted, call);
    const keys = Array.isArray(body.keys_base64) ? (body.keys_base64 as unknown[]) : [];
    const root = textOf(body.root_token);
    if (root === undefined)
      throw new LifeboatError('vault', `${this.address} initialised, but sent no root token`);
    const key = textOf(keys[0]);
    return { key: recovery || key === undefined ? undefined : new Secret(key), rootToken: new Secret(root) };
  }

  /** Gives one share. Resolves to the state after it; a share that is refused throws `keys`. */
  async unseal(share: Secret, call: Call = {}): Promise<{ sealed: boolean; progress: number }> {
    try {
      const body = await this.#call('PUT', '/sys/unseal', { key: share.reveal() }, call);
      return { sealed: body.sealed === true, progress: numberOf(body.progress) };
    } catch (error) {
      if (error instanceof VaultRefusal && error.status === 400) {
        throw new LifeboatError('keys', `${this.address} refuses the unseal share: ${error.message}`);
      }
      throw error;
    }
  }

  /** Forgets the shares given so far. */
  async resetUnseal(call: Call = {}): Promise<void> {
    await this.#call('PUT', '/sys/unseal', { reset: true }, call);
  }

  async loginKubernetes(mount: string, role: string, jwt: Secret, call: Call = {}): Promise<void> {
    const path = `/auth/${encodeURI(mount)}/login`;
    this.#takeToken(await this.#call('POST', path, { role, jwt: jwt.reveal() }, call));
  }

  async loginAppRole(mount: string, roleId: Secret, secretId: Secret, call: Call = {}): Promise<void> {
    const path = `/auth/${encodeURI(mount)}/login`;
    const body = { role_id: roleId.reveal(), secret_id: secretId.reveal() };
    this.#takeToken(await this.#call('POST', path, body, call));
  }

  /** Gives the token back; a failure is not worth a word, since tokens of backups live for minutes. */
  async revokeSelf(call: Call = {}): Promise<void> {
    await this.#call('POST', '/auth/token/revoke-self', undefined, call).catch(() => {});
    this.#token = undefined;
  }

  /** The status of a login attempt without a token: 403 where the server works, 500 where its audit devices do not. */
  async tokenlessStatus(call: Call = {}): Promise<number> {
    const url = `${this.address}/v1/auth/token/lookup-self`;
    const answer = await this.#transport.send({
      method: 'GET',
      url,
      idleTimeout: 10_000,
      signal: call.signal,
    });
    await answer.body.dump();
    return answer.status;
  }

  /** Whether a token is accepted by this server. */
  async accepts(token: Secret, call: Call = {}): Promise<boolean> {
    const url = `${this.address}/v1/auth/token/lookup-self`;
    const headers = { 'x-vault-token': token.reveal() };
    const answer = await this.#transport.send({
      method: 'GET',
      url,
      headers,
      idleTimeout: 10_000,
      signal: call.signal,
    });
    await answer.body.dump();
    return answer.status === 200;
  }

  /** What stands at a path of the API; undefined where nothing does. */
  async read(path: string, call: Call = {}): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      const body = await this.#call('GET', `/${encodeURI(path)}`, undefined, call);
      return (body.data ?? body) as Readonly<Record<string, unknown>>;
    } catch (error) {
      if (error instanceof VaultRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  async write(path: string, json: object, call: Call = {}): Promise<Readonly<Record<string, unknown>>> {
    const body = await this.#call('POST', `/${encodeURI(path)}`, json, call);
    return (body.data ?? body) as Readonly<Record<string, unknown>>;
  }

  /** What the present token may do on each of these paths, in Vault's words. */
  async capabilities(
    paths: readonly string[],
    call: Call = {},
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const answer = await this.write('sys/capabilities-self', { paths }, call);
    return new Map(paths.map((path) => [path, stringsOf(answer[path])]));
  }

  /** Audit devices, or undefined where the policy does not allow to list them. */
  async auditDevices(call: Call = {}): Promise<readonly AuditDevice[] | undefined> {
    try {
      const body = await this.#call('GET', '/sys/audit', undefined, call);
      const data = (body.data ?? body) as Record<string, unknown>;
      return Object.entries(data).flatMap(([path, entry]) => {
        if (typeof entry !== 'object' || entry === null || !('type' in entry)) return [];
        const { type, options } = entry as { type: unknown; options?: Record<string, unknown> | null };
        const option = (name: string): string | undefined => textOf(options?.[name]);
        const named = {
          filePath: option('file_path'),
          address: option('address'),
          socketType: option('socket_type'),
        };
        const given = Object.entries(named).filter(([, value]) => value !== undefined);
        return [{ path, type: textOf(type) ?? '', ...Object.fromEntries(given) }];
      });
    } catch (error) {
      if (error instanceof VaultRefusal && error.status === 403) return undefined;
      throw error;
    }
  }

  /** The raft snapshot, streamed. The caller must consume or destroy the body. */
  async snapshot(call: Call & { readonly idleTimeout?: number } = {}): Promise<SnapshotAnswer> {
    const answer = await this.#transport.send({
      method: 'GET',
      url: `${this.address}/v1/sys/storage/raft/snapshot`,
      headers: this.#tokenHeader(),
      idleTimeout: call.idleTimeout ?? 60_000,
      signal: call.signal,
    });
    if (answer.status >= 300 && answer.status < 400) {
      await answer.body.dump();
      return { result: 'redirect', location: textOf(answer.headers.location) ?? '' };
    }
    if (answer.status !== 200) throw await refusalOf(this.address, 'the snapshot', answer);
    return { result: 'stream', body: answer.body };
  }

  /** Sends a snapshot. An accepted one is NOT restored yet: the server answers before it swaps its data. */
  async restore(
    body: Readable,
    options: Call & { readonly size: number; readonly force: boolean; readonly idleTimeout?: number },
  ): Promise<RestoreAnswer> {
    const answer = await this.#transport.send({
      method: 'POST',
      url: `${this.address}/v1/sys/storage/raft/snapshot${options.force ? '-force' : ''}`,
      headers: {
        ...this.#tokenHeader(),
        'content-length': String(options.size),
        'content-type': 'application/octet-stream',
      },
      body,
      idleTimeout: options.idleTimeout ?? 600_000,
      signal: options.signal,
    });
    if (answer.status === 200 || answer.status === 204) {
      await answer.body.dump();
      return { result: 'accepted' };
    }
    const refusal = await refusalOf(this.address, 'the restore', answer);
    const other = /could not verify hash file|different autoseal key|different set of unseal keys/.test(
      refusal.message,
    );
    if (refusal.status === 400 && other) return { result: 'other-seal', message: refusal.message };
    throw refusal;
  }

  #takeToken(body: Record<string, unknown>): void {
    const token = textOf((body.auth as Record<string, unknown> | undefined)?.client_token);
    if (token === undefined)
      throw new LifeboatError('vault', `${this.address} accepted the login, but sent no token`);
    this.#token = new Secret(token);
  }

  #tokenHeader(): Record<string, string> {
    return this.#token === undefined ? {} : { 'x-vault-token': this.#token.reveal() };
  }

  async #call(
    method: HttpRequest['method'],
    path: string,
    json: unknown,
    call: Call,
  ): Promise<Record<string, unknown>> {
    try {
      const options = {
        method,
        path,
        headers: this.#tokenHeader(),
        signal: call.signal,
        ...(json === undefined ? {} : { json }),
      };
      const body: unknown = await this.#node.request(
        options as unknown as Parameters<NodeVault['request']>[0],
      );
      return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    } catch (error) {
      if (error instanceof LifeboatError || call.signal?.aborted === true) throw error;
      // node-vault's own error: the message is the server's first sentence; the rest of it may hold what was sent.
      const response = (error as { response?: { statusCode?: unknown } }).response;
      const message = withoutSecrets(messageOf(error), [this.#token?.reveal(), ...secretsIn(json)]);
      throw new VaultRefusal(this.address, path.slice(1), numberOf(response?.statusCode), message);
    }
  }

  /** node-vault's HTTP layer, replaced. */
  async #send(
    options: NodeVaultRequest,
  ): Promise<{ statusCode: number; body: unknown; request: { path: string } }> {
    const answer = await this.#transport.send({
      method: options.method,
      url: options.uri,
      headers: {
        ...options.headers,
        ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: options.json === undefined ? undefined : JSON.stringify(options.json),
      signal: options.signal,
    });
    const body = await readJson(answer, this.address);
    return { statusCode: answer.status, body, request: { path: new URL(options.uri).pathname } };
  }
}

interface NodeVaultRequest {
  readonly method: HttpRequest['method'];
  readonly uri: string;
  readonly headers: Record<string, string>;
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

const SECRET_FIELDS = ['key', 'jwt', 'role_id', 'secret_id'];

function secretsIn(json: unknown): readonly (string | undefined)[] {
  const fields = (json ?? {}) as Readonly<Record<string, unknown>>;
  return SECRET_FIELDS.map((name) => textOf(fields[name]));
}

/** A server, or a proxy before it, may quote what it was sent. */
function withoutSecrets(message: string, secrets: readonly (string | undefined)[]): string {
  let text = message;
  for (const secret of secrets) if (secret !== undefined) text = text.replaceAll(secret, '[redacted]');
  return text;
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
