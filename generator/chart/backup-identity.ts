/** Who the backup is to the store, where nothing in lifeboat.yaml says so. */
import type { Config } from '../config/config.ts';
import { identityAnnotation, storeIdentity } from '../config/store-identity.ts';

const KEYS = { s3: 'roleArn', gcs: 'backupServiceAccount', azure: 'backupClientId' } as const;

/** One sentence; none where a Secret, an identity or an annotation of the backup's service account opens the store. */
export function backupIdentityWarnings(config: Config): readonly string[] {
  const { store, backup } = config;
  const annotation = identityAnnotation(store, 'backup');
  if (annotation === undefined || !backup.enabled) return [];
  const named = { ...storeIdentity(config, 'backup').annotations, ...backup.serviceAccount.annotations };
  if (Object.keys(named).length > 0) return [];
  const kind = 's3' in store ? 's3' : 'gcs' in store ? 'gcs' : 'azure';
  return [
    `store.${kind}: the backup has neither store.${kind}.secretRef nor store.${kind}.${KEYS[kind]}, nor an annotation in backup.serviceAccount.annotations: set one, or its pod comes to the store as whoever its node is there, or as nobody. More: lifeboat explain store.${kind}.secretRef`,
  ];
}
