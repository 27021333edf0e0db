/**
 * Who the two pods are to the store where no static key is mounted: what their service accounts are annotated with, and
 * which labels the pods themselves carry. The backup writes; the server's pods read, and write receipts.
 */
import type { Config } from './config.ts';
import { staticKey } from './static-key.ts';

export interface StoreIdentity {
  /** Of the Kubernetes service account. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the pod. */
  readonly podLabels: Readonly<Record<string, string>>;
}

const NONE: StoreIdentity = { annotations: {}, podLabels: {} };

/** Without the label the webhook of Microsoft Entra Workload ID passes a pod by. */
const AZURE_POD_LABELS = { 'azure.workload.identity/use': 'true' };

export function storeIdentity({ store }: Pick<Config, 'store'>, who: 'backup' | 'restore'): StoreIdentity {
  if ('s3' in store) {
    const role = who === 'backup' ? store.s3.roleArn : store.s3.restoreRoleArn;
    return role === undefined ? NONE : { ...NONE, annotations: { 'eks.amazonaws.com/role-arn': role } };
  }
  if (staticKey(store) !== undefined) return NONE;
  if ('gcs' in store) {
    const { backupServiceAccount, restoreServiceAccount } = store.gcs;
    const account = who === 'backup' ? backupServiceAccount : restoreServiceAccount;
    return account === undefined
      ? NONE
      : { ...NONE, annotations: { 'iam.gke.io/gcp-service-account': account } };
  }
  if ('azure' in store) {
    const { tenantId, backupClientId, restoreClientId } = store.azure;
    const client = who === 'backup' ? backupClientId : restoreClientId;
    if (client === undefined) return NONE;
    return {
      annotations: {
        'azure.workload.identity/client-id': client,
        ...(tenantId === undefined ? {} : { 'azure.workload.identity/tenant-id': tenantId }),
      },
      podLabels: AZURE_POD_LABELS,
    };
  }
  return NONE;
}
