/** What a drafted lifeboat.yaml shows as comments, since this release may need it and nobody has said so. */
import { VERSION } from '../../contract/version.ts';
import { CA_EXAMPLE } from '../chart/server-ca.ts';
import { isMap, type Values } from '../chart/values.ts';
import type { Wanted } from './draft.ts';

const ROLE = 'arn:aws:iam::123456789012:role';

/** Who the pods are to the store: a Secret, or an identity of each. */
const IDENTITIES: Readonly<Record<string, Values>> = {
  s3: {
    secretRef: { name: 'vault-snapshot-s3' },
    roleArn: `${ROLE}/vault-backup`,
    restoreRoleArn: `${ROLE}/vault-restore`,
  },
  gcs: {
    secretRef: { name: 'vault-snapshot-gcs' },
    backupServiceAccount: 'vault-backup@payments-prod.iam.gserviceaccount.com',
    restoreServiceAccount: 'vault-restore@payments-prod.iam.gserviceaccount.com',
  },
  azure: {
    secretRef: { name: 'vault-snapshot-azure' },
    backupClientId: '6fa4c3b2-1d0e-4f5a-8b9c-7d6e5f4a3b2c',
    restoreClientId: '0b1c2d3e-4f50-4a6b-8c7d-9e8f7a6b5c4d',
  },
};

/** By the path of the key. Each may be uncommented alone. */
export function offersFor(wanted: Wanted, data: Values): ReadonlyMap<string, unknown> {
  const { store, answers, tls = false, ca } = wanted;
  const offers = new Map<string, unknown>([
    [
      'gitops',
      { repository: 'https://git.example/platform/vaults.git', folder: `${answers.name ?? 'payments'}/out` },
    ],
  ]);
  if (isMap(data.image) && data.image.digest === undefined) offers.set('image.tag', VERSION);
  if ((answers.storeSecret ?? '') === '') {
    for (const [key, value] of Object.entries(IDENTITIES[store] ?? {}))
      offers.set(`store.${store}.${key}`, value);
  }
  if (tls && ca === undefined) {
    if (data.vault === undefined) offers.set('vault', { tls: { ca: CA_EXAMPLE } });
    else offers.set('vault.tls', { ca: CA_EXAMPLE });
  }
  // Where a restore is left out, for the day on which it is not.
  if (wanted.shamir && answers.unsealSecret !== undefined)
    offers.set('restore.unseal', { secretRef: { name: answers.unsealSecret } });
  return offers;
}

/** More words above some of them. */
export function notesFor({ store, answers, tls = false, ca }: Wanted): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  if (tls && ca === undefined)
    notes.set('vault', 'The server speaks TLS: name the Secret of its CA here, unless that is a public one.');
  if (store !== 'directory' && (answers.storeSecret ?? '') === '') {
    notes.set(
      `store.${store}`,
      'Nothing here says who the pods are to it: a Secret (secretRef), or an identity of each.',
    );
  }
  return notes;
}
