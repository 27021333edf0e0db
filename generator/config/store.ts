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
  /** Of the server's pods, where it is another one. */
  readonly restoreSecret?: string;
  /** Of the backup. */
  readonly roleArn?: string;
  /** Of the server's pods. */
  readonly restoreRoleArn?: string;
  readonly oidcProviderArn?: string;
  readonly kmsKeyArn?: string;
}

export interface GcsStore {
  readonly bucket: string;
  readonly prefix: string;
  readonly project?: string;
  readonly endpoint?: string;
  readonly secret?: string;
  readonly restoreSecret?: string;
  /** Addresses of the Google service accounts. */
  readonly backupServiceAccount?: string;
  readonly restoreServiceAccount?: string;
}

interface AzureKey {
  readonly name: string;
  readonly key: 'AZURE_STORAGE_KEY' | 'AZURE_STORAGE_SAS_TOKEN';
}

export interface AzureStore {
  readonly account: string;
  readonly container: string;
  readonly prefix: string;
  /** Only where it is not the public cloud's. */
  readonly endpoint?: string;
  /** The Secret and which of the two static keys it holds. */
  readonly secret?: AzureKey;
  readonly restoreSecret?: AzureKey;
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

function azureKey({ name, key }: { readonly name: string; readonly key?: AzureKey['key'] }): AzureKey {
  return { name, key: key ?? 'AZURE_STORAGE_KEY' };
}

/** With every default filled in. */
export function storeOf({ s3, gcs, azure, directory }: ConfigInput['store']): Store {
  if (s3 !== undefined) {
    const { ca, secretRef, restoreSecretRef, prefix, ...rest } = s3;
    return {
      s3: {
        ...rest,
        prefix: trimSlashes(prefix ?? ''),
        region: rest.region ?? 'us-east-1',
        forcePathStyle: rest.forcePathStyle ?? rest.endpoint !== undefined,
        ...(ca === undefined ? {} : { ca: caSource(ca) }),
        ...(secretRef === undefined ? {} : { secret: secretRef.name }),
        ...(restoreSecretRef === undefined ? {} : { restoreSecret: restoreSecretRef.name }),
      },
    };
  }
  if (gcs !== undefined) {
    const { prefix, secretRef, restoreSecretRef, ...rest } = gcs;
    return {
      gcs: {
        ...rest,
        prefix: trimSlashes(prefix ?? ''),
        ...(secretRef === undefined ? {} : { secret: secretRef.name }),
        ...(restoreSecretRef === undefined ? {} : { restoreSecret: restoreSecretRef.name }),
      },
    };
  }
  if (azure !== undefined) {
    const { prefix, secretRef, restoreSecretRef, ...rest } = azure;
    return {
      azure: {
        ...rest,
        prefix: trimSlashes(prefix ?? ''),
        ...(secretRef === undefined ? {} : { secret: azureKey(secretRef) }),
        ...(restoreSecretRef === undefined ? {} : { restoreSecret: azureKey(restoreSecretRef) }),
      },
    };
  }
  return { directory: { path: directory?.path ?? '/lifeboat/snapshots', volume: directory?.volume ?? {} } };
}
