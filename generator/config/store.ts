/** `store` of lifeboat.yaml with every default filled in, and the CA of an endpoint. */
import type { ConfigInput } from './schema.ts';

export interface CaSource {
  readonly kind: 'secret' | 'configMap';
  readonly name: string;
  readonly key: string;
}

export interface S3Store {
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly endpoint?: string;
  readonly forcePathStyle: boolean;
  readonly checksums?: 'when_supported' | 'when_required';
  readonly ca?: CaSource;
  readonly secret?: string;
  /** Of the backup. */
  readonly roleArn?: string;
  /** Of the server's pods. */
  readonly restoreRoleArn?: string;
}

export interface GcsStore {
  readonly bucket: string;
  readonly prefix: string;
  readonly project?: string;
  readonly endpoint?: string;
  readonly secret?: string;
  /** Addresses of the Google service accounts. */
  readonly backupServiceAccount?: string;
  readonly restoreServiceAccount?: string;
}

export interface AzureStore {
  readonly account: string;
  readonly container: string;
  readonly prefix: string;
  /** Only where it is not the public cloud's. */
  readonly endpoint?: string;
  /** The Secret and which of the two static keys it holds. */
  readonly secret?: { readonly name: string; readonly key: 'AZURE_STORAGE_KEY' | 'AZURE_STORAGE_SAS_TOKEN' };
  readonly tenantId?: string;
  readonly backupClientId?: string;
  readonly restoreClientId?: string;
}

export interface DirectoryStore {
  readonly path: string;
  readonly volume: Readonly<Record<string, unknown>>;
}

export type Store =
  | { readonly s3: S3Store }
  | { readonly gcs: GcsStore }
  | { readonly azure: AzureStore }
  | { readonly directory: DirectoryStore };

type CaInput = NonNullable<NonNullable<NonNullable<ConfigInput['vault']>['tls']>['ca']>;

export function caSource(input: CaInput): CaSource {
  const { name = '', key = 'ca.crt' } = input.secretRef ?? input.configMapRef ?? {};
  return { kind: input.secretRef === undefined ? 'configMap' : 'secret', name, key };
}

function trimSlashes(path: string): string {
  return path.split('/').filter(Boolean).join('/');
}

/** With every default filled in. */
export function storeOf({ s3, gcs, azure, directory }: ConfigInput['store']): Store {
  if (s3 !== undefined) {
    const { ca, secretRef, prefix, ...rest } = s3;
    return {
      s3: {
        ...rest,
        prefix: trimSlashes(prefix ?? ''),
        region: rest.region ?? 'us-east-1',
        forcePathStyle: rest.forcePathStyle ?? rest.endpoint !== undefined,
        ...(ca === undefined ? {} : { ca: caSource(ca) }),
        ...(secretRef === undefined ? {} : { secret: secretRef.name }),
      },
    };
  }
  if (gcs !== undefined) {
    const { prefix, secretRef, ...rest } = gcs;
    return {
      gcs: {
        ...rest,
        prefix: trimSlashes(prefix ?? ''),
        ...(secretRef === undefined ? {} : { secret: secretRef.name }),
      },
    };
  }
  if (azure !== undefined) {
    const { prefix, secretRef, ...rest } = azure;
    return {
      azure: {
        ...rest,
        prefix: trimSlashes(prefix ?? ''),
        ...(secretRef === undefined
          ? {}
          : { secret: { name: secretRef.name, key: secretRef.key ?? 'AZURE_STORAGE_KEY' } }),
      },
    };
  }
  return { directory: { path: directory?.path ?? '/lifeboat/snapshots', volume: directory?.volume ?? {} } };
}
