/**
 * `lifeboat backup --check`: all that a backup needs, tried by its own login and with its own rights at the store, without
 * taking a snapshot and without leaving anything. What fails is told beside what works.
 */

import { type Answer, finding, type InsideReport, ok, unknown } from '../../contract/doctor.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { BINARIES } from '../../contract/product-words.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import type { Health, SealStatus } from '../vault/answers.ts';
import { VaultClient } from '../vault/client.ts';
import { createTransport, type Transport } from '../vault/transport.ts';
import { askLogin } from './ask-login.ts';
import { askStore } from './ask-store.ts';
import { type Clock, judgeClocks } from './clocks.ts';

export interface BackupCheck {
  readonly slice: BackupSlice;
  readonly open: () => Promise<SnapshotStore>;
  readonly signal?: AbortSignal | undefined;
}

interface ServerSeen {
  readonly answers: readonly Answer[];
  readonly health?: Health;
  readonly seal?: SealStatus;
  readonly clock?: Clock;
}

function stateAnswer(client: VaultClient, health: Health, binary: string): Answer {
  const { initialized, sealed, version } = health;
  if (!initialized)
    return finding(
      'server',
      `${client.address} is not initialised: it is a new, empty server`,
      `restore it; or, for a new one: ${binary} operator init`,
    );
  if (sealed)
    return finding(
      'server',
      `${client.address} is sealed`,
      `${binary} operator unseal, as often as its threshold says`,
    );
  return ok('server', `${client.address} answers: version ${version}, unsealed`);
}

async function askServer({ slice, signal }: BackupCheck): Promise<ServerSeen> {
  const binary = BINARIES[slice.vault.product];
  let transport: Transport | undefined;
  const notAsked = (why: string): readonly Answer[] =>
    (['role', 'policy'] as const).map((check) =>
      unknown(check, `not asked: ${why}`, 'mend the server first'),
    );
  try {
    transport = createTransport(slice.vault.tls);
    const client = new VaultClient(slice.vault.address, transport);
    const asked = new Date();
    const health = await client.health({ signal });
    const clock = { of: 'the server', time: health.time, asked };
    const state = stateAnswer(client, health, binary);
    const seal = await client.sealStatus({ signal });
    const login =
      state.result === 'ok'
        ? await askLogin({ slice, client, signal })
        : notAsked('the server is not unsealed');
    return { answers: [state, ...login], health, seal, clock };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const hint = error.hint ?? 'see whether the server runs: kubectl get pods';
    return { answers: [finding('server', error.message, hint), ...notAsked('the server cannot be reached')] };
  } finally {
    await transport?.close();
  }
}

/** Never throws for what it finds; only for a defect, or when it is stopped. */
export async function checkBackup(check: BackupCheck): Promise<InsideReport> {
  const { slice, open, signal } = check;
  const server = await askServer(check);
  const { health, seal } = server;
  const clusterId = health?.clusterId;
  const store = await askStore({ open, clusterId, takeOver: slice.takeOver, signal });
  const clocks = [server.clock, store.clock].filter((clock) => clock !== undefined);
  const { newest } = store;
  const ofServer =
    health === undefined || seal === undefined
      ? {}
      : {
          server: {
            version: health.version,
            seal: seal.type,
            ...(clusterId === undefined ? {} : { clusterId }),
          },
        };
  const ofSnapshot =
    newest === undefined
      ? {}
      : { snapshot: { key: newest.key, version: newest.server.version, seal: newest.seal.type } };
  return {
    answers: [...server.answers, store.answer, judgeClocks(clocks)],
    facts: { time: new Date().toISOString(), ...ofServer, ...ofSnapshot },
  };
}
