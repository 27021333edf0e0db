/** What a backup asks of the server beside its snapshot. */
import { LifeboatError } from '../../contract/errors.ts';
import type { AuditDevice, Health, SealStatus } from '../vault/answers.ts';
import type { VaultClient } from '../vault/client.ts';

export interface ServerFacts {
  readonly health: Health;
  readonly clusterId: string;
  readonly seal: SealStatus;
  readonly audit: readonly AuditDevice[] | undefined;
}

export async function askServer(client: VaultClient, signal: AbortSignal | undefined): Promise<ServerFacts> {
  const health = await client.health({ signal });
  if (health.clusterId === undefined) {
    throw new LifeboatError(
      'vault',
      `the Vault at ${client.address} is ${health.initialized ? 'sealed' : 'not initialised'}; there is nothing to back up`,
      {
        hint: 'unseal it; a backup needs an active server',
        retryable: true,
      },
    );
  }
  const seal = await client.sealStatus({ signal });
  return { health, clusterId: health.clusterId, seal, audit: await client.auditDevices({ signal }) };
}
