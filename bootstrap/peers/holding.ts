/**
 * What a pod with an empty disk says of itself, on the port of the server that does not run yet. One question is
 * answered; everything else gets 502, which is none of the states of `sys/health`, nor a "not found" that a client
 * could take for a secret that is gone.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { LifeboatError, messageOf, systemCode } from '../../contract/errors.ts';
import { VERSION } from '../../contract/version.ts';

export const HOLDING_PATH = '/.lifeboat/holding';

export interface HoldingAnswer {
  /** Of lifeboat. */
  readonly version: string;
  readonly installation: string;
  readonly ordinal: number;
  /** The disk's. */
  readonly state: 'empty';
  readonly doing: 'waits' | 'restores';
}

/** Undefined where the text is no such answer. */
export function readHoldingAnswer(text: string): HoldingAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, installation, ordinal, state, doing } = value as Record<string, unknown>;
  if (typeof version !== 'string' || typeof installation !== 'string' || state !== 'empty') return undefined;
  if (typeof ordinal !== 'number' || !Number.isInteger(ordinal)) return undefined;
  return { version, installation, ordinal, state, doing: doing === 'restores' ? doing : 'waits' };
}

export interface HoldingListener {
  /** From now on the answer says so. */
  nowRestores(): void;
  /** Frees the port at once: the server's is the next process to take it. */
  close(): Promise<void>;
}

export interface HoldingOptions {
  readonly port: number;
  readonly installation: string;
  readonly ordinal: number;
  readonly doing?: HoldingAnswer['doing'];
  /** Without it all addresses of the pod. */
  readonly host?: string;
}

/** Vault's own form of an error, so that a client prints the sentence. */
const NOT_HERE = JSON.stringify({
  errors: [
    'no server runs here yet: lifeboat waits for the other servers, or restores; see the log of the pod',
  ],
});

export async function listenWhileHolding(options: HoldingOptions): Promise<HoldingListener> {
  let { doing = 'waits' } = options;
  const server = createServer((request, response) => {
    // What somebody sends is not read: no client of a server is served here.
    request.resume();
    response.setHeader('connection', 'close');
    response.setHeader('content-type', 'application/json');
    if (request.method !== 'GET' || request.url !== HOLDING_PATH) {
      response.writeHead(502);
      response.end(NOT_HERE);
      return;
    }
    const { installation, ordinal } = options;
    const answer: HoldingAnswer = { version: VERSION, installation, ordinal, state: 'empty', doing };
    response.end(JSON.stringify(answer));
  });
  server.listen(options.port, options.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new LifeboatError(
      'refused',
      `this pod cannot listen on port ${options.port} to tell the others that it has no data: ${systemCode(error) ?? messageOf(error)}`,
      {
        hint: 'nothing else in the pod may use the port of the server: look at its other containers, and hostNetwork',
      },
    );
  }
  return {
    nowRestores() {
      doing = 'restores';
    },
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}
