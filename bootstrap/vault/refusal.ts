/** A server that answered, and said no: with its own sentence, its status, and whether a later try may help. */
import { LifeboatError } from '../../contract/errors.ts';
import { type HttpAnswer, readJson } from './transport.ts';

/** The server answered, and said no. */
export class VaultRefusal extends LifeboatError {
  readonly status: number;

  constructor(address: string, what: string, status: number, message: string) {
    const hint =
      status === 403
        ? 'check the policy and the role: RUNBOOK.md and the auth commands of `lifeboat render`'
        : undefined;
    super('vault', `${address} refuses ${what} with ${status}: ${message}`, {
      retryable: status >= 500 || status === 429 || status === 412 || status === 0,
      ...(hint === undefined ? {} : { hint }),
    });
    this.status = status;
  }
}

export async function refusalOf(address: string, what: string, answer: HttpAnswer): Promise<VaultRefusal> {
  const body = (await readJson(answer, address)) as { errors?: unknown } | undefined;
  const errors = Array.isArray(body?.errors) ? body.errors.filter((entry) => typeof entry === 'string') : [];
  return new VaultRefusal(address, what, answer.status, errors.join('; ') || 'no reason given');
}
