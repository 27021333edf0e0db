/**
 * One HTTP transport for everything that is said to a Vault: JSON calls (under node-vault, which brings neither
 * timeouts nor cancellation) and the byte streams of snapshots. Follows no redirect: a token must not follow to
 * a host that an answer names. Errors carry addresses and causes, never headers or bodies.
 */
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { LifeboatError, messageOf, systemCode } from '../../contract/errors.ts';
import type { TlsSlice } from '../../contract/slice.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'LIST' | 'DELETE' | 'PATCH';
  /** Absolute URL. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable | string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Limit in milliseconds for connecting and for each silence of the server, not for the whole. */
  readonly idleTimeout?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
}

export interface Transport {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Ends idle connections, so that the process may end. */
  close(): Promise<void>;
}

const JSON_LIMIT = 4 * 1024 * 1024;
const DEFAULT_IDLE = 30_000;

/** What to do about a connection that fails: it depends on where we run. */
export interface ConnectionHints {
  readonly certificate: string;
  readonly caFile: string;
  readonly plainText: string;
  readonly unreachable?: string;
}

const IN_A_POD: ConnectionHints = {
  certificate:
    'set vault.tls.ca and vault.tls.serverName in lifeboat.yaml to what the certificate was made for',
  caFile: 'create the Secret or ConfigMap that vault.tls.ca names, in this namespace',
  plainText: 'use http:// or turn TLS on in the values',
};

export function createTransport(tls: TlsSlice = {}, hints: ConnectionHints = IN_A_POD): Transport {
  const agent = new Agent({
    connect: {
      timeout: 10_000,
      ...(tls.caFile === undefined ? {} : { ca: readCa(tls.caFile, hints) }),
      ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    },
    // A standby, a restart or a fault must not meet the pooled connection of a server that is gone.
    keepAliveTimeout: 1000,
  });
  return {
    async send(request) {
      const url = new URL(request.url);
      const idle = request.idleTimeout ?? DEFAULT_IDLE;
      try {
        const answer = await agent.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: request.method as Dispatcher.HttpMethod,
          headers: { ...request.headers },
          body: request.body ?? null,
          signal: request.signal ?? null,
          headersTimeout: idle,
          bodyTimeout: idle,
        });
        return { status: answer.statusCode, headers: answer.headers, body: answer.body };
      } catch (error) {
        throw networkError(url.origin, error, request.signal, hints);
      }
    },
    close: () => agent.close(),
  };
}

function readCa(file: string, hints: ConnectionHints): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new LifeboatError(
      'vault',
      `the CA of Vault's listener cannot be read from ${file}: ${systemCode(error) ?? 'unreadable'}`,
      { hint: hints.caFile },
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there yet',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'the name is unknown to DNS',
  EAI_AGAIN: 'DNS does not answer',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
};

/** Why a connection failed, in plain words. */
export function connectionWords(error: unknown): string {
  return REASONS[systemCode(error) ?? ''] ?? messageOf(error);
}

/** A transport's failure in plain words. A cancellation stays what the canceller gave as its reason. */
export function networkError(
  origin: string,
  error: unknown,
  signal?: AbortSignal,
  hints: ConnectionHints = IN_A_POD,
): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (error instanceof LifeboatError) return error;
  const code = systemCode(error) ?? '';
  const reason = REASONS[code];
  if (reason !== undefined)
    return new LifeboatError('vault', `Vault at ${origin}: ${reason}`, {
      retryable: true,
      ...(hints.unreachable === undefined ? {} : { hint: hints.unreachable }),
    });
  const message = messageOf(error);
  if (/^ERR_TLS|CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return new LifeboatError('vault', `Vault at ${origin}: its certificate is not accepted: ${message}`, {
      hint: hints.certificate,
    });
  }
  if (
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    /wrong version number|packet length too long/i.test(message)
  ) {
    return new LifeboatError('vault', `Vault at ${origin}: the server does not speak TLS`, {
      hint: hints.plainText,
    });
  }
  return new LifeboatError('vault', `Vault at ${origin}: ${message}`, { retryable: true });
}

/** The answer's body as JSON; plain text and broken JSON come back as undefined. At most 4 MiB are read. */
export async function readJson(answer: HttpAnswer, origin: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > JSON_LIMIT) {
        answer.body.destroy();
        throw new LifeboatError(
          'vault',
          `Vault at ${origin}: an answer of more than 4 MiB where a few lines were expected`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw networkError(origin, error);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
