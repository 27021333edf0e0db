/** What an operator does to a server in the tests, over plain HTTP: init, unseal, secrets, policies, tokens. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Keys {
  /** Base64; empty with an auto-unseal. */
  readonly shares: readonly string[];
  readonly root: string;
}

export class Operator {
  readonly address: string;
  token = '';

  constructor(address: string, token = '') {
    this.address = address;
    this.token = token;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    token = this.token,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${this.address}/v1/${path}`, {
      method,
      headers: token === '' ? {} : { 'x-vault-token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  }

  /** Like call, for steps that must work. */
  async must(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async healthStatus(): Promise<number> {
    try {
      return (await fetch(`${this.address}/v1/sys/health`)).status;
    } catch {
      return 0;
    }
  }

  async health(): Promise<Record<string, unknown>> {
    return (await this.call('GET', 'sys/health')).body;
  }

  async waitForHealth(...wanted: readonly number[]): Promise<number> {
    return await waitFor(`health ${wanted.join(' or ')} of ${this.address}`, async () => {
      const status = await this.healthStatus();
      return wanted.includes(status) ? status : undefined;
    });
  }

  async init(shares: number, threshold: number, recovery = false): Promise<Keys> {
    const body = recovery
      ? { recovery_shares: shares, recovery_threshold: threshold }
      : { secret_shares: shares, secret_threshold: threshold };
    const answer = await this.must('PUT', 'sys/init', body);
    this.token = answer.root_token as string;
    return { shares: recovery ? [] : (answer.keys_base64 as string[]), root: this.token };
  }

  async unseal(shares: readonly string[]): Promise<void> {
    for (const key of shares) {
      if ((await this.must('PUT', 'sys/unseal', { key })).sealed === false) break;
    }
    await this.waitForHealth(200);
  }

  /** Everything that a restore has to bring back, with a value that can be searched for. */
  async fill(marker: string): Promise<void> {
    await this.must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
    await waitFor('the kv engine', async () =>
      (await this.call('POST', 'secret/data/app', { data: { password: marker } })).status < 300
        ? true
        : undefined,
    );
    await this.must('PUT', 'sys/policies/acl/reader', {
      policy: 'path "secret/data/*" { capabilities = ["read"] }',
    });
    await this.must('POST', 'sys/auth/approle', { type: 'approle' });
    await this.must('POST', 'auth/approle/role/app', { token_policies: 'reader' });
  }

  /** The policy and AppRole of the backup, as the rendered commands make them. Returns the files of its Secret. */
  async setUpBackup(policy: string): Promise<Record<string, string>> {
    await this.must('PUT', 'sys/policies/acl/lifeboat-backup', { policy });
    const mounts = await this.must('GET', 'sys/auth');
    if (!('approle/' in mounts)) await this.must('POST', 'sys/auth/approle', { type: 'approle' });
    await this.must('POST', 'auth/approle/role/lifeboat-backup', {
      token_policies: 'lifeboat-backup',
      token_ttl: '15m',
    });
    const role = (await this.must('GET', 'auth/approle/role/lifeboat-backup/role-id')).data as {
      role_id: string;
    };
    const secret = (await this.must('POST', 'auth/approle/role/lifeboat-backup/secret-id')).data as {
      secret_id: string;
    };
    return { role_id: role.role_id, secret_id: secret.secret_id };
  }

  async readSecret(): Promise<string | undefined> {
    const { body } = await this.call('GET', 'secret/data/app');
    return (body.data as { data?: { password?: string } } | undefined)?.data?.password;
  }
}

/** Polls until `check` gives a value. Fails after a generous while: no test asserts how fast a machine is. */
export async function waitFor<T>(
  what: string,
  check: () => Promise<T | undefined> | T | undefined,
  seconds = 90,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await delay(50);
  }
}
