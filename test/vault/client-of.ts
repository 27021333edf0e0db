/** A client of a stand-in that answers each call as it is told; both end with the test file. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after } from 'node:test';
import { inspect } from 'node:util';
import { VaultClient } from '../../bootstrap/vault/client.ts';
import { createTransport } from '../../bootstrap/vault/transport.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { type Answer, type Asked, type StandIn, startStandIn } from './stand-in.ts';

export const TOKEN = 'hvs.the-token';
export const SHARE = 'the-share-in-base64';

export interface Plain {
  readonly status: number;
  readonly json?: unknown;
}

export async function vault(
  answers: Readonly<Record<string, Plain | ((asked: Asked) => Answer)>>,
): Promise<{ client: VaultClient; server: StandIn }> {
  const server = await startStandIn((asked) => {
    const given = answers[`${asked.method} ${asked.path}`] ?? { status: 404, json: { errors: [] } };
    return typeof given === 'function' ? given(asked) : given;
  });
  const transport = createTransport();
  after(async () => {
    await transport.close();
    await server.stop();
  });
  return { client: new VaultClient(`${server.address}/`, transport), server };
}

export const refuse = (status: number, ...errors: string[]): Plain => ({ status, json: { errors } });
export const stream =
  (work: (to: ServerResponse) => void) =>
  (_asked: Asked): Answer =>
    work;

export async function failure(work: Promise<unknown>): Promise<LifeboatError> {
  const error: unknown = await work.then(
    () => assert.fail('it worked'),
    (reason: unknown) => reason,
  );
  const printed = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  assert.doesNotMatch(printed, /the-token|the-share|the-jwt|the-secret-id|the-role-id/);
  assert.ok(error instanceof LifeboatError, printed);
  return error;
}
