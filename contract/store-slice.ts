/** Where snapshots live, as both slices tell it to the pods. Secrets are named by the folder where their files are mounted. */
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

const text = { type: 'string', minLength: 1 } as const;
const prefix = { type: 'string', description: 'Without slashes at its ends; may be empty.' } as const;

const s3 = {
  type: 'object',
  required: ['bucket', 'prefix'],
  additionalProperties: false,
  properties: {
    bucket: text,
    prefix,
    region: text,
    endpoint: text,
    forcePathStyle: { type: 'boolean' },
    checksums: { enum: ['when_supported', 'when_required'] },
    caFile: { ...text, description: 'PEM file of the CA of the endpoint.' },
    credentials: {
      ...text,
      description:
        'Folder with the files AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and perhaps AWS_SESSION_TOKEN. Without it the SDK looks for credentials itself (web identity, instance role).',
    },
  },
} as const satisfies JSONSchema;

const gcs = {
  type: 'object',
  required: ['bucket', 'prefix'],
  additionalProperties: false,
  properties: {
    bucket: text,
    prefix,
    endpoint: text,
    credentials: {
      ...text,
      description:
        'Folder with the file key.json. Without it the SDK looks for credentials itself (workload identity).',
    },
  },
} as const satisfies JSONSchema;

const azure = {
  type: 'object',
  required: ['account', 'container', 'prefix'],
  additionalProperties: false,
  properties: {
    account: text,
    container: text,
    prefix,
    endpoint: { ...text, description: "The account's blob service, where it is not the public cloud's." },
    credentials: {
      ...text,
      description:
        'Folder with one of the files AZURE_STORAGE_KEY and AZURE_STORAGE_SAS_TOKEN. Without it the SDK looks for credentials itself (workload identity, managed identity).',
    },
  },
} as const satisfies JSONSchema;

const directory = {
  type: 'object',
  required: ['path'],
  additionalProperties: false,
  properties: { path: { ...text, description: 'Where the volume is mounted, with the prefix.' } },
} as const satisfies JSONSchema;

export const storeSlice = {
  oneOf: [
    { type: 'object', required: ['s3'], additionalProperties: false, properties: { s3 } },
    { type: 'object', required: ['gcs'], additionalProperties: false, properties: { gcs } },
    { type: 'object', required: ['azure'], additionalProperties: false, properties: { azure } },
    { type: 'object', required: ['directory'], additionalProperties: false, properties: { directory } },
  ],
} as const satisfies JSONSchema;

export type StoreSlice = FromSchema<typeof storeSlice>;
