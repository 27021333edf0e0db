/**
 * One question to one address: who is there? A pod that holds, a server with or without data, or nobody that can be
 * understood. Nothing secret is sent, and no redirect is followed.
 *
 * Plain HTTP comes first, since a pod that holds has no certificate. A server with TLS is asked again by https. Its
 * certificate must come from the CA, but need not carry the pod's name: such certificates are rare, and the chart's own
 * probe checks nothing at all. One that is not trusted is believed only where it says that it has data: then nothing is
 * restored, which is the harmless error.
 */
import { readFileSync } from 'node:fs';
import { Agent } from 'undici';
import { messageOf, systemCode } from '../../contract/errors.ts';
import type { TlsSlice } from '../../contract/slice.ts';
import { connectionWords } from '../vault/transport.ts';
import { asksForClientCertificate } from './client-certificate.ts';
import { HOLDING_PATH, type HoldingAnswer, readHoldingAnswer } from './holding.ts';

export type Answer =
  | { readonly answer: 'holding'; readonly holding: HoldingAnswer }
  | {
      readonly answer: 'server';
      readonly initialised: boolean;
      /** Unsealed and active. */
      readonly leads: boolean;
      readonly words: string;
    }
  | { readonly answer: 'none'; readonly because: string };

export interface AskOptions {
  readonly port: number;
  readonly tls?: TlsSlice | undefined;
  /** Milliseconds, for connecting and for each silence. */
  readonly timeout?: number;
}

export interface Asker {
  /** `address` is an IP address, or a name. */
  ask(address: string): Promise<Answer>;
  close(): Promise<void>;
}

type Reply = { readonly status: number; readonly text: string } | { readonly failed: unknown };

const BODY_LIMIT = 64 * 1024;

/** Nobody is there, so asking by TLS would find nobody either. */
const NOBODY = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];

export function createAsker({ port, tls = {}, timeout = 4000 }: AskOptions): Asker {
  const common = { timeout, maxCachedSessions: 0 };
  const secure = {
    ...common,
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    checkServerIdentity: () => undefined,
  };
  const plain = new Agent({ connect: common });
  const untrusted = new Agent({ connect: { ...secure, rejectUnauthorized: false } });
  let trusted: Agent | undefined;

  /** The CA may come late, in a Secret: it is read when it is needed. */
  function withCa(): Agent {
    const ca = tls.caFile === undefined ? {} : { ca: readFileSync(tls.caFile, 'utf8') };
    trusted ??= new Agent({ connect: { ...secure, ...ca } });
    return trusted;
  }

  async function get(agent: Agent, origin: string, path: string): Promise<Reply> {
    try {
      const times = { headersTimeout: timeout, bodyTimeout: timeout };
      const { statusCode, body } = await agent.request({
        origin,
        path,
        method: 'GET',
        reset: true,
        ...times,
      });
      let text = '';
      for await (const chunk of body as AsyncIterable<Buffer>) {
        text += chunk.toString('utf8');
        if (text.length > BODY_LIMIT) break;
      }
      return { status: statusCode, text };
    } catch (error) {
      return { failed: error };
    }
  }

  async function askServer(agent: Agent, origin: string): Promise<Answer | { readonly failed: unknown }> {
    let status = 0;
    // Where a proxy hides the one, the other may be there.
    for (const path of ['/v1/sys/health', '/v1/sys/seal-status']) {
      const reply = await get(agent, origin, path);
      if ('failed' in reply) return reply;
      const initialised = initialisedIn(reply.text);
      if (initialised !== undefined)
        return {
          answer: 'server',
          initialised,
          leads: initialised && reply.status === 200,
          words: wordsOf(reply.status, initialised),
        };
      status ||= reply.status;
    }
    return { answer: 'none', because: `answers ${status}, but neither as a Vault nor as lifeboat does` };
  }

  async function askByTls(address: string, origin: string): Promise<Answer> {
    let reason: string;
    try {
      const seen = await askServer(withCa(), origin);
      if (!('failed' in seen)) return seen;
      reason = connectionWords(seen.failed);
    } catch (error) {
      reason = `the CA cannot be read from ${tls.caFile}: ${systemCode(error) ?? messageOf(error)}`;
    }
    const seen = await askServer(untrusted, origin);
    if ('failed' in seen) {
      const isHidden = await asksForClientCertificate(address, port, timeout);
      return isHidden ? HIDDEN : { answer: 'none', because: reason };
    }
    if (seen.answer === 'server' && seen.initialised)
      return { ...seen, words: `${seen.words}; its certificate is not trusted (${reason})` };
    return {
      answer: 'none',
      because: `a server by TLS whose certificate is not trusted (${reason}); see vault.tls.ca in lifeboat.yaml`,
    };
  }

  return {
    async ask(address) {
      const host = address.includes(':') ? `[${address}]` : address;
      const reply = await get(plain, `http://${host}:${port}`, HOLDING_PATH);
      if ('failed' in reply) {
        const code = systemCode(reply.failed) ?? '';
        if (NOBODY.includes(code) || code.includes('TIMEOUT'))
          return { answer: 'none', because: connectionWords(reply.failed) };
        return await askByTls(address, `https://${host}:${port}`);
      }
      const holding = reply.status === 200 ? readHoldingAnswer(reply.text) : undefined;
      if (holding !== undefined) return { answer: 'holding', holding };
      if (reply.status === 400 && /https/i.test(reply.text))
        return await askByTls(address, `https://${host}:${port}`);
      const seen = await askServer(plain, `http://${host}:${port}`);
      return 'failed' in seen ? { answer: 'none', because: connectionWords(seen.failed) } : seen;
    },
    async close() {
      await Promise.all([plain.destroy(), untrusted.destroy(), trusted?.destroy()]);
    },
  };
}

/**
 * A listener that shows itself to holders of a certificate alone is a server's, not lifeboat's. It counts as one with
 * data: an empty server that waits beside it harms nothing, a second Vault would.
 */
const HIDDEN: Answer = {
  answer: 'server',
  initialised: true,
  leads: false,
  words: 'a server that asks for a client certificate, which lifeboat does not have; taken as one with data',
};

function initialisedIn(text: string): boolean | undefined {
  try {
    const { initialized } = JSON.parse(text) as { initialized?: unknown };
    return typeof initialized === 'boolean' ? initialized : undefined;
  } catch {
    return undefined;
  }
}

const STATES: Readonly<Record<number, string>> = {
  200: 'unsealed and active',
  429: 'unsealed, a standby',
  472: 'unsealed, a standby',
  473: 'unsealed, a standby',
  503: 'sealed',
};

function wordsOf(status: number, initialised: boolean): string {
  if (!initialised) return 'a server that was never initialised';
  return `a server with data, ${STATES[status] ?? `health ${status}`}`;
}
