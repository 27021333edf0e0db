/** `store`: where snapshots live, and how many are kept. */
import type { JSONSchema } from 'json-schema-to-ts';
import { azureSchema } from './schema-azure.ts';
import { gcsSchema } from './schema-gcs.ts';
import { absolutePath } from './schema-parts.ts';
import { s3Schema } from './schema-s3.ts';

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
  description: 'Where snapshots live: one of s3, gcs, azure, directory.',
  additionalProperties: false,
  properties: {
    s3: s3Schema,
    gcs: gcsSchema,
    azure: azureSchema,
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
  oneOf: [{ required: ['s3'] }, { required: ['gcs'] }, { required: ['azure'] }, { required: ['directory'] }],
} as const satisfies JSONSchema;
