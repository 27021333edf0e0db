/** `store.s3`: Amazon S3, and what speaks its protocol. */
import type { JSONSchema } from 'json-schema-to-ts';
import { bucketPrefix, caSource, secretRef } from './schema-parts.ts';

const roleArn = {
  type: 'string',
  pattern: '^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$',
} as const satisfies JSONSchema;

export const s3Schema = {
  type: 'object',
  description: 'A bucket of Amazon S3 or of any store that speaks its protocol.',
  additionalProperties: false,
  required: ['bucket'],
  properties: {
    bucket: {
      type: 'string',
      minLength: 3,
      maxLength: 255,
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$',
      description: 'The bucket. It must exist.',
      examples: ['vault-snapshots'],
    },
    prefix: bucketPrefix,
    region: {
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9-]*$',
      default: 'us-east-1',
      description: 'Region that requests are signed for.',
      examples: ['eu-central-1'],
    },
    endpoint: {
      type: 'string',
      pattern: '^https?://[^/?#@ ]+(/[^?#@ ]*)?$',
      description: 'URL of the store where it is not Amazon S3.',
      examples: ['https://s3.example'],
    },
    forcePathStyle: {
      type: 'boolean',
      description:
        'Whether the bucket stands in the path of the URL instead of its host name. Default: true with an endpoint, else false.',
    },
    checksums: {
      enum: ['when_supported', 'when_required'],
      description:
        'When the store is sent checksums in headers. when_required is for older S3-compatible stores that refuse them. Default: when_supported.',
    },
    ca: { ...caSource, description: "The CA of the endpoint's certificate, where it is not a public one." },
    secretRef: {
      ...secretRef,
      description:
        'Secret with the keys AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and perhaps AWS_SESSION_TOKEN. Without it the pods use the identity of their service account or node.',
    },
    roleArn: {
      ...roleArn,
      description: "IAM role of the backup's service account (web identity).",
    },
    restoreRoleArn: {
      ...roleArn,
      description:
        "IAM role of the server's own service account, to read snapshots and write receipts. A role that your values of the official chart give that account stays, and needs these rights then.",
    },
  },
} as const satisfies JSONSchema;
