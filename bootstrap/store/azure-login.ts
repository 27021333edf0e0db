/**
 * Who we are to Azure without a mounted secret. In a pod that is the workload identity that its webhook put there; on a
 * workstation `az login` or AZURE_* variables. Its errors tell of tenants and requests, so they come in our words.
 */

import { LifeboatError } from '../../contract/errors.ts';
import { networkReason } from './network-errors.ts';
import { DefaultAzureCredential, type TokenCredential } from './sdk/azure-login.ts';

/** Whatever a server's challenge asks for: a token for another service is not its to have. */
const SCOPE = 'https://storage.azure.com/.default';
const TIMEOUT = 30_000;

export function azureLogin(): TokenCredential {
  const credential = new DefaultAzureCredential();
  return {
    async getToken(_scopes, options) {
      const limit = AbortSignal.timeout(TIMEOUT);
      const outer = options?.abortSignal as AbortSignal | undefined;
      try {
        return await credential.getToken(SCOPE, {
          ...options,
          abortSignal: outer === undefined ? limit : AbortSignal.any([outer, limit]),
        });
      } catch (error) {
        throw loginError(error, limit.aborted);
      }
    },
  };
}

function loginError(error: unknown, timedOut: boolean): LifeboatError {
  const network = timedOut ? 'no answer in time' : networkReason(error);
  if (network !== undefined) {
    return new LifeboatError('store', `cannot log in to Azure: ${network}`, { retryable: true });
  }
  const refused = refusalIn(error);
  if (refused !== undefined) {
    return new LifeboatError('store', `cannot log in to Azure: the identity is refused${refused.code}`, {
      hint: 'check the federated credential of the identity: issuer of the cluster, namespace and name of the service account',
      retryable: refused.status >= 500,
    });
  }
  return new LifeboatError('store', 'cannot log in to Azure: no credentials were found', {
    hint: 'set store.azure.secretRef, or store.azure.backupClientId and restoreClientId with workload identity; on a workstation `az login`',
  });
}

interface Refusal {
  readonly status: number;
  /** Such as ` (invalid_client, AADSTS700213)`. */
  readonly code: string;
}

/** The first of the credentials that was tried and answered. */
function refusalIn(error: unknown): Refusal | undefined {
  const { errors, statusCode, errorResponse, message } = (error ?? {}) as {
    readonly errors?: readonly unknown[];
    readonly statusCode?: number;
    readonly errorResponse?: { readonly error?: unknown };
    readonly message?: string;
  };
  if (statusCode !== undefined) {
    const word = /^[a-z_]{1,40}$/.exec(String(errorResponse?.error))?.[0];
    const number = /\bAADSTS\d+\b/.exec(message ?? '')?.[0];
    const codes = [word, number].filter((code) => code !== undefined && code !== '').join(', ');
    return { status: statusCode, code: codes === '' ? '' : ` (${codes})` };
  }
  for (const inner of errors ?? []) {
    const refusal = refusalIn(inner);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
