/**
 * Who we are to Azure without a mounted secret. In a pod that is the workload identity that its webhook put there; on a
 * workstation `az login` or AZURE_* variables. Its errors tell of tenants and requests, so they come in our words.
 */

import { LifeboatError, messageOf } from '../../contract/errors.ts';
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
  const said = messagesOf(error).join('\n');
  const code = codes(said);
  if (code !== '') {
    return new LifeboatError('store', `cannot log in to Azure: the identity is refused (${code})`, {
      hint: 'check the federated credential of the identity: issuer of the cluster, namespace and name of the service account',
    });
  }
  // A pod with a workload identity has credentials, whatever keeps it from showing them.
  const unreachable = process.env.AZURE_FEDERATED_TOKEN_FILE !== undefined && NETWORK.test(said);
  if (timedOut || unreachable) {
    return new LifeboatError('store', 'cannot log in to Azure: its login does not answer', {
      retryable: true,
    });
  }
  return new LifeboatError('store', 'cannot log in to Azure: no credentials were found', {
    hint: 'set store.azure.secretRef, or store.azure.backupClientId and restoreClientId with workload identity; on a workstation `az login`',
  });
}

const NETWORK =
  /\b(ECONN(?:REFUSED|RESET)|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EAI_AGAIN|endpoints_resolution_error|network_error)\b|status code 5\d\d/;

/** The SDK tries several ways and collects what each said. */
function messagesOf(error: unknown): readonly string[] {
  const { errors } = (error ?? {}) as { readonly errors?: readonly unknown[] };
  return [messageOf(error), ...(errors ?? []).flatMap(messagesOf)];
}

/** The words of OAuth and the number of Microsoft that a refusal carries; nothing else of its text. */
function codes(said: string): string {
  const word = /\b(?:invalid|unauthorized)_(?:client|grant|request|scope|resource)\b/.exec(said)?.[0];
  const number = /\bAADSTS\d+\b/.exec(said)?.[0];
  return [word, number].filter((code) => code !== undefined).join(', ');
}
