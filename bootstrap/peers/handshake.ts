/**
 * The handshake of the pods with empty disks: this one answers that it has no data, and asks all others, until it is
 * known what it may do. A release of one server asks nobody, unless more pods stand behind its headless Service.
 */
import { LifeboatError } from '../../contract/errors.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import type { Log } from '../log.ts';
import { createResolve, othersOf, podName, type Resolve } from './addresses.ts';
import { createAsker } from './ask-server.ts';
import { type Outcome, untilDecided } from './hold.ts';
import { type HoldingListener, type HoldingOptions, listenWhileHolding } from './holding.ts';
import { createKubernetesApi, type KubernetesApi } from './kubernetes-api.ts';
import { look } from './look.ts';

export interface HandshakeOptions {
  readonly slice: RestoreSlice;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** What the others are told of this pod. */
  readonly doing?: HoldingOptions['doing'];
  readonly pace?: number;
  readonly reminder?: number;
  /** Where the network is another one: tests. */
  readonly network?: {
    readonly host: string;
    readonly resolve: Resolve;
    readonly own: ReadonlySet<string>;
    readonly api: KubernetesApi;
  };
}

export interface Handshake {
  /** Resolves when it is decided what this pod does; may be asked again. */
  decided(): Promise<Outcome>;
  nowRestores(): void;
  /** Frees the port for the server. */
  close(): Promise<void>;
}

/** `vault-2` -> 2, where that is a pod of this release. */
export function ordinalOf({ replicas }: Pick<RestoreSlice, 'replicas'>, pod: string | undefined): number {
  const ordinal = Number(/-(\d+)$/.exec(pod ?? '')?.[1] ?? Number.NaN);
  if (pod === podName(replicas, ordinal)) return ordinal;
  if (replicas.count < 2) return 0;
  throw new LifeboatError(
    'config',
    `HOSTNAME is ${pod ?? 'not set'}, and the pods of this release are called ${podName(replicas, 0)} and so on`,
    { hint: 'render vault-values.yaml again with the values of this release' },
  );
}

export async function beginHandshake(options: HandshakeOptions): Promise<Handshake> {
  const { slice, env, log, signal, network } = options;
  const { replicas, installation, server } = slice;
  const ordinal = ordinalOf(slice, env.HOSTNAME);
  const port = Number(new URL(server.address).port || 8200);
  const resolve = network?.resolve ?? createResolve();
  const others = () => othersOf(replicas, ordinal, resolve, network?.own);
  const isLone = replicas.count < 2 && ordinal === 0 && (await others()).length === 0;
  const asker = createAsker({ port, tls: server.tls });
  let listener: HoldingListener | undefined;
  if (!isLone) {
    listener = await listenWhileHolding({
      port,
      installation,
      ordinal,
      ...(options.doing === undefined ? {} : { doing: options.doing }),
      ...(network === undefined ? {} : { host: network.host }),
    });
  }
  const context = {
    replicas,
    ordinal,
    installation,
    assumeLost: slice.restore.assumeLost ?? [],
    others,
    ask: asker.ask,
    api: network?.api ?? createKubernetesApi(env),
  };
  return {
    decided: () =>
      untilDecided({
        ordinal,
        replicas,
        look: () => look(context),
        log,
        signal,
        ...(options.pace === undefined ? {} : { pace: options.pace }),
        ...(options.reminder === undefined ? {} : { reminder: options.reminder }),
      }),
    nowRestores: () => listener?.nowRestores(),
    async close() {
      await listener?.close();
      await asker.close();
    },
  };
}
