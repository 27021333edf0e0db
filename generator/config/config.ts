/** lifeboat.yaml with every default filled in: what the rest of the generator works on. */
import { VERSION } from '../../contract/version.ts';
import { type Gitops, gitopsOf } from './gitops.ts';
import type { ConfigInput } from './schema.ts';
import { type CaSource, caSource, type Store, storeOf } from './store.ts';

export type * from './store.ts';

export type Auth =
  | { readonly kubernetes: { readonly mount: string; readonly role: string; readonly audience: string } }
  | { readonly approle: { readonly mount: string; readonly role: string; readonly secret: string } };

export type Unseal = { readonly secret: string } | { readonly manual: true };

export type SnapshotChoice =
  | { readonly latest: Readonly<Record<string, never>> }
  | { readonly key: string }
  | { readonly before: string };

/** Who makes the Secrets; undefined where people do. */
export type SecretSource =
  | {
      readonly externalSecrets: {
        readonly store: { readonly name: string; readonly kind: 'SecretStore' | 'ClusterSecretStore' };
        readonly keyPrefix: string;
        readonly refreshInterval: string;
      };
    }
  | {
      readonly sealedSecrets: { readonly controllerName: string; readonly controllerNamespace: string };
    };

export type BackupPod = NonNullable<NonNullable<ConfigInput['backup']>['pod']>;

/** Requests and limits, as Kubernetes names them. */
type ContainerResources = Readonly<Record<string, unknown>>;

export interface Config {
  readonly name: string;
  readonly image: {
    readonly repository: string;
    /** With a digest there may be none. */
    readonly tag?: string;
    readonly digest?: string;
    readonly pullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  };
  readonly imagePullSecrets: readonly string[];
  readonly release: {
    readonly name: string;
    readonly namespace: string;
    readonly chart: string;
    readonly chartVersion: string;
    /** Where tools that know no names of repositories find the chart. */
    readonly repository?: string;
    readonly values: readonly string[];
  };
  readonly store: Store;
  readonly keepLast: number;
  readonly tls?: { readonly ca?: CaSource; readonly serverName?: string };
  /** Only where the values cannot tell. */
  readonly seal?: 'shamir' | 'auto';
  readonly raftConfig: 'keep' | 'render';
  readonly backup: {
    readonly enabled: boolean;
    readonly schedule: string;
    readonly timeZone: string;
    readonly namespace: string;
    readonly timeoutSeconds: number;
    readonly auth: Auth;
    readonly serviceAccount: {
      readonly name: string;
      readonly annotations: Readonly<Record<string, string>>;
    };
    readonly pod: BackupPod;
    readonly takeOver?: string;
  };
  readonly restore: {
    readonly enabled: boolean;
    /** A copy beside the living original: never backed up, never begun anew. */
    readonly rehearsalOf?: { readonly name: string; readonly namespace: string };
    readonly snapshot: SnapshotChoice;
    readonly whenNoSnapshot: 'install' | 'stop';
    readonly whenDamaged: 'stop' | 'previous';
    readonly unseal: Unseal;
    readonly assumeLost: readonly number[];
    readonly serviceAccount: { readonly annotations: Readonly<Record<string, string>> };
    readonly initContainer: {
      readonly resources?: ContainerResources;
      readonly extraEnv: readonly Readonly<Record<string, unknown>>[];
    };
    readonly restoreContainer: { readonly resources?: ContainerResources };
    readonly timeoutSeconds: number;
  };
  /** Where the rendered files stand for a GitOps tool. */
  readonly gitops?: Gitops;
  readonly secrets?: SecretSource;
  readonly logFormat: 'text' | 'json';
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** `30m` -> 1800. The schema has checked the form. */
export function seconds(duration: string): number {
  return Number(duration.slice(0, -1)) * UNIT_SECONDS[duration.slice(-1) as keyof typeof UNIT_SECONDS];
}

function authOf(input: NonNullable<ConfigInput['backup']>['auth']): Auth {
  const approle = input?.approle;
  if (approle !== undefined) {
    const { mount = 'approle', role = 'lifeboat-backup', secretRef } = approle;
    return { approle: { mount, role, secret: secretRef.name } };
  }
  const { mount = 'kubernetes', role = 'lifeboat-backup', audience = 'vault' } = input?.kubernetes ?? {};
  return { kubernetes: { mount, role, audience } };
}

function snapshotOf(input: NonNullable<ConfigInput['restore']>['snapshot']): SnapshotChoice {
  if (input?.key !== undefined) return { key: input.key };
  if (input?.before !== undefined) return { before: input.before };
  return { latest: {} };
}

function secretsOf({ externalSecrets, sealedSecrets }: NonNullable<ConfigInput['secrets']>): SecretSource {
  if (externalSecrets !== undefined) {
    const { store, keyPrefix = '', refreshInterval = '1h' } = externalSecrets;
    const { name, kind = 'ClusterSecretStore' } = store;
    return { externalSecrets: { store: { name, kind }, keyPrefix, refreshInterval } };
  }
  const { controllerName = 'sealed-secrets-controller', controllerNamespace = 'kube-system' } =
    sealedSecrets ?? {};
  return { sealedSecrets: { controllerName, controllerNamespace } };
}

/** Fills in what the user left out. Pure; the input has passed the schema. */
export function withDefaults(input: ConfigInput): Config {
  const { backup = {}, restore = {}, release } = input;
  const tls = input.vault?.tls;
  const unsealSecret = restore.unseal?.secretRef?.name;
  const { rehearsalOf } = restore;
  const rehearsal = rehearsalOf !== undefined;
  return {
    name: input.name,
    image: {
      ...input.image,
      ...(input.image.digest === undefined ? { tag: input.image.tag ?? VERSION } : {}),
      pullPolicy: input.image.pullPolicy ?? 'IfNotPresent',
    },
    imagePullSecrets: (input.imagePullSecrets ?? []).map(({ name }) => name),
    release: { ...release, chart: release.chart ?? 'hashicorp/vault', values: release.values ?? [] },
    store: storeOf(input.store),
    keepLast: input.store.retention?.keepLast ?? 14,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(tls.ca === undefined ? {} : { ca: caSource(tls.ca) }),
            ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
          },
        }),
    ...(input.vault?.seal === undefined ? {} : { seal: input.vault.seal }),
    raftConfig: input.vault?.raftConfig ?? 'keep',
    backup: {
      enabled: !rehearsal && (backup.enabled ?? true),
      schedule: backup.schedule ?? '0 */12 * * *',
      timeZone: backup.timeZone ?? 'Etc/UTC',
      namespace: rehearsal ? release.namespace : (backup.namespace ?? release.namespace),
      timeoutSeconds: seconds(backup.timeout ?? '30m'),
      auth: authOf(backup.auth),
      serviceAccount: {
        name: backup.serviceAccount?.name ?? `${release.name}-lifeboat`,
        annotations: backup.serviceAccount?.annotations ?? {},
      },
      pod: backup.pod ?? {},
      ...(backup.takeOver === undefined ? {} : { takeOver: backup.takeOver }),
    },
    restore: {
      enabled: restore.enabled ?? true,
      snapshot: snapshotOf(restore.snapshot),
      ...(rehearsalOf === undefined ? {} : { rehearsalOf }),
      whenNoSnapshot: rehearsal ? 'stop' : (restore.whenNoSnapshot ?? 'install'),
      whenDamaged: restore.whenDamaged ?? 'stop',
      assumeLost: [...(restore.assumeLost ?? [])].sort((a, b) => a - b),
      initContainer: { extraEnv: [], ...restore.initContainer },
      restoreContainer: restore.restoreContainer ?? {},
      serviceAccount: { annotations: restore.serviceAccount?.annotations ?? {} },
      unseal: unsealSecret === undefined ? { manual: true } : { secret: unsealSecret },
      timeoutSeconds: seconds(restore.timeout ?? '30m'),
    },
    ...(input.gitops === undefined ? {} : { gitops: gitopsOf(input.gitops) }),
    ...(input.secrets === undefined ? {} : { secrets: secretsOf(input.secrets) }),
    logFormat: input.log?.format ?? 'text',
  };
}
