/** What a Vault or OpenBao answers, in the words that the rest of lifeboat uses. */
import type { Readable } from 'node:stream';
import type { Secret } from '../../contract/secret.ts';

/** `GET sys/health`. The status tells the state: 200 active, 429 standby, 501 not initialised, 503 sealed. */
export interface Health {
  readonly status: number;
  readonly initialized: boolean;
  readonly sealed: boolean;
  readonly version: string;
  /** Absent while sealed. */
  readonly clusterId: string | undefined;
  readonly clusterName: string | undefined;
  /** The server's clock, to the second. */
  readonly time?: Date;
}

export interface SealStatus {
  readonly type: string;
  readonly initialized: boolean;
  readonly sealed: boolean;
  readonly threshold: number;
  readonly shares: number;
  /** Shares given so far. */
  readonly progress: number;
  readonly recoverySeal: boolean;
  readonly version: string;
}

export interface InitAnswer {
  readonly key: Secret | undefined;
  readonly rootToken: Secret;
}

export interface AuditDevice {
  readonly path: string;
  readonly type: string;
  readonly filePath?: string;
  /** Of a socket. */
  readonly address?: string;
  readonly socketType?: string;
}

export interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** What a request to the snapshot endpoint came to. A redirect is returned, never followed. */
export type SnapshotAnswer =
  | { readonly result: 'stream'; readonly body: Readable }
  | { readonly result: 'redirect'; readonly location: string };

export type RestoreAnswer =
  | { readonly result: 'accepted' }
  /** The non-force endpoint's free check of the seal: the archive was sealed by other keys. Nothing was touched. */
  | { readonly result: 'other-seal'; readonly message: string };
