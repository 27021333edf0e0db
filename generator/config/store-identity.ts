/**
 * Who the two pods are to the store where no static key is mounted: what their service accounts are annotated with, and
 * which labels the pods themselves carry. The backup writes; the server's pods read, and write receipts.
 */
import type { Config, Store } from './config.ts';
import { staticKey, type Who } from './static-key.ts';

export interface StoreIdentity {
  /** Of the Kubernetes service account. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the pod. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** The annotation by which a cloud finds the identity of a service account. */
const ANNOTATIONS = {
  s3: 'eks.amazonaws.com/role-arn',
  gcs: 'iam.gke.io/gcp-service-account',
  azure: 'azure.workload.identity/client-id',
} as const;

const NONE: StoreIdentity = { annotations: {}, podLabels: {} };

/** Without the label the webhook of Microsoft Entra Workload ID passes a pod by. */
const AZURE_POD_LABELS = { 'azure.workload.identity/use': 'true' };

/** Undefined for a store that asks for no identity, or that a static key opens. */
export function identityAnnotation(store: Store, who: Who): string | undefined {
  if ('directory' in store || staticKey(store, who) !== undefined) return undefined;
  return ANNOTATIONS['s3' in store ? 's3' : 'gcs' in store ? 'gcs' : 'azure'];
}

/** Labels without which a pod does not get the identity of its service account, whoever annotated that. */
export function identityLabels(store: Store): Readonly<Record<string, string>> {
  return 'azure' in store ? AZURE_POD_LABELS : NONE.podLabels;
}

export function storeIdentity({ store }: Pick<Config, 'store'>, who: Who): StoreIdentity {
  if ('s3' in store) {
    const role = who === 'backup' ? store.s3.roleArn : store.s3.restoreRoleArn;
    return role === undefined ? NONE : { ...NONE, annotations: { [ANNOTATIONS.s3]: role } };
  }
  if (staticKey(store, who) !== undefined) return NONE;
  if ('gcs' in store) {
    const { backupServiceAccount, restoreServiceAccount } = store.gcs;
    const account = who === 'backup' ? backupServiceAccount : restoreServiceAccount;
    return account === undefined ? NONE : { ...NONE, annotations: { [ANNOTATIONS.gcs]: account } };
  }
  if ('azure' in store) {
    const { tenantId, backupClientId, restoreClientId } = store.azure;
    const client = who === 'backup' ? backupClientId : restoreClientId;
    if (client === undefined) return NONE;
    return {
      annotations: {
        [ANNOTATIONS.azure]: client,
        ...(tenantId === undefined ? {} : { 'azure.workload.identity/tenant-id': tenantId }),
      },
      podLabels: AZURE_POD_LABELS,
    };
  }
  return NONE;
}
