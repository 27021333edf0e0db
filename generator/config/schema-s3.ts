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
    restoreSecretRef: {
      ...secretRef,
      description:
        "Secret of the server's pods, with the same keys for an owner who may read snapshots and write receipts, and no more. Default: secretRef, whose owner then writes and prunes snapshots as well.",
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
    oidcProviderArn: {
      type: 'string',
      pattern: '^arn:[a-z0-9-]+:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9._/-]+$',
      description:
        "IAM's OIDC provider for the cluster, whom the roles trust. Nothing in the pods asks for it: it stands in the trust policies and in what is rendered for Terraform.",
      examples: [
        'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE',
      ],
    },
    kmsKeyArn: {
      type: 'string',
      pattern: '^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$',
      description:
        'The KMS key that the bucket encrypts with, where it does so with one of yours: both identities then get the right to use it through S3.',
      examples: ['arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
    },
  },
} as const satisfies JSONSchema;
