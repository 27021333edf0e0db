/** A server that answered, and said no: with its own sentence, its status, and whether a later try may help. */
import { LifeboatError } from '../../contract/errors.ts';
import { type HttpAnswer, readJson } from './transport.ts';

const POLICY_HINT = 'check the policy and the role: RUNBOOK.md and the auth commands of `lifeboat render`';
const LOGIN_HINT =
  'run auth-setup.sh of `lifeboat render` again: the role must be bound to the account (and audience) of the backup, and an AppRole to the role_id and secret_id of its Secret';

/** The server answered, and said no. */
export class VaultRefusal extends LifeboatError {
  readonly status: number;
  /** The server's own sentence. */
  readonly reason: string;

  constructor(address: string, what: string, status: number, message: string) {
    const hint = hintFor(what, status);
    // Standbys redirect what they cannot forward, for as long as the active server is gone and no other is elected.
    const redirects = status >= 300 && status < 400;
    const sentence = redirects
      ? `${address} answers ${what} with a redirect (${status}): it is a standby that does not reach the active server`
      : `${address} refuses ${what} with ${status}: ${message}`;
    super('vault', sentence, {
      retryable: redirects || status >= 500 || status === 429 || status === 412 || status === 0,
      ...(hint === undefined ? {} : { hint }),
    });
    this.status = status;
    this.reason = message;
  }
}

function hintFor(what: string, status: number): string | undefined {
  const isDenial = status >= 400 && status < 500 && status !== 412 && status !== 429;
  if (isDenial && /^auth\/.+\/login$/.test(what)) return LOGIN_HINT;
  return status === 403 ? POLICY_HINT : undefined;
}

export async function refusalOf(address: string, what: string, answer: HttpAnswer): Promise<VaultRefusal> {
  const body = (await readJson(answer, address)) as { errors?: unknown } | undefined;
  const errors = Array.isArray(body?.errors) ? body.errors.filter((entry) => typeof entry === 'string') : [];
  return new VaultRefusal(address, what, answer.status, errors.join('; ') || 'no reason given');
}
