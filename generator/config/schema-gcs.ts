/** `store.gcs`: Google Cloud Storage. */
import type { JSONSchema } from 'json-schema-to-ts';
import { bucketPrefix, secretRef } from './schema-parts.ts';

const serviceAccount = {
  type: 'string',
  pattern: '^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9.-]*\\.iam\\.gserviceaccount\\.com$',
} as const satisfies JSONSchema;

export const gcsSchema = {
  type: 'object',
  description: 'A bucket of Google Cloud Storage.',
  additionalProperties: false,
  required: ['bucket'],
  properties: {
    bucket: {
      type: 'string',
      minLength: 3,
      maxLength: 222,
      pattern: '^[a-z0-9][a-z0-9._-]*[a-z0-9]$',
      description: 'The bucket. It must exist.',
      examples: ['vault-snapshots'],
    },
    prefix: bucketPrefix,
    project: {
      type: 'string',
      pattern: '^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$',
      description:
        'Project of the bucket. Nothing in the pods asks for it: it stands in what is rendered for Terraform.',
      examples: ['payments-prod'],
    },
    endpoint: {
      type: 'string',
      pattern: '^https?://[^/?#@ ]+$',
      description: 'URL of the service where it is reached by another name than storage.googleapis.com.',
      examples: ['https://storage-vault.p.googleapis.com'],
    },
    secretRef: {
      ...secretRef,
      description:
        'Secret with the key key.json, a key file of a service account. Without it the pods use their workload identity.',
    },
    restoreSecretRef: {
      ...secretRef,
      description:
        "Secret of the server's pods, with the key file of a service account that may read snapshots and write receipts, and no more. Default: secretRef, whose account then writes and prunes snapshots as well.",
    },
    backupServiceAccount: {
      ...serviceAccount,
      description:
        "The Google service account that the backup is: by workload identity, or the owner of its key.json. Without it the backup's Kubernetes service account is known to Google by its own name.",
      examples: ['vault-backup@payments-prod.iam.gserviceaccount.com'],
    },
    restoreServiceAccount: {
      ...serviceAccount,
      description: "The Google service account that the server's pods are, in the same way.",
      examples: ['vault-restore@payments-prod.iam.gserviceaccount.com'],
    },
  },
} as const satisfies JSONSchema;
