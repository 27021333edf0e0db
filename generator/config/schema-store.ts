/** `store`: where snapshots live, and how many are kept. */
import type { JSONSchema } from 'json-schema-to-ts';
import { absolutePath, caSource, secretRef } from './schema-parts.ts';

const s3 = {
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
    prefix: {
      type: 'string',
      pattern: '^/*([A-Za-z0-9_-][A-Za-z0-9._-]*(/+|$))*$',
      default: '',
      description: 'Folder in the bucket; snapshots stand under <prefix>/<name>/.',
      examples: ['backups/vault'],
    },
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
      type: 'string',
      pattern: '^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$',
      description:
        "IAM role of the backup's service account (web identity). The server's own service account is set in your values of the official chart.",
    },
  },
} as const satisfies JSONSchema;

const directory = {
  type: 'object',
  description: 'A folder on a volume that the backup and the server pods can mount at the same time.',
  additionalProperties: false,
  required: ['volume'],
  properties: {
    path: {
      ...absolutePath,
      default: '/lifeboat/snapshots',
      description: 'Where the volume is mounted, in the backup and in the server pods.',
    },
    volume: {
      type: 'object',
      minProperties: 1,
      maxProperties: 1,
      description:
        'A Kubernetes volume source. emptyDir and other volumes that die with the pod are refused.',
      examples: [{ nfs: { server: 'nfs.example', path: '/exports/vault' } }],
    },
    accessMode: {
      enum: ['ReadWriteMany'],
      description:
        'Said by you of a persistentVolumeClaim, since render cannot see it: the claim can be mounted on several nodes. Required with one.',
    },
  },
} as const satisfies JSONSchema;

export const storeSchema = {
  type: 'object',
  description: 'Where snapshots live: one of s3, directory.',
  additionalProperties: false,
  properties: {
    s3,
    directory,
    retention: {
      type: 'object',
      description: 'What is pruned after a good backup.',
      additionalProperties: false,
      properties: {
        keepLast: {
          type: 'integer',
          minimum: 1,
          default: 14,
          description: 'How many of the newest snapshots are kept.',
        },
      },
    },
  },
  oneOf: [{ required: ['s3'] }, { required: ['directory'] }],
} as const satisfies JSONSchema;
