/**
 * The two configurations that the generator hands to the pods, and nothing else crosses between the halves.
 * Each is checked against its schema on both sides: when it is rendered and when it is read.
 *
 * - the *restore slice* is a literal environment variable of our init container in vault-values.yaml;
 * - the *backup slice* is a ConfigMap of charts/vault-lifeboat.
 *
 * No secret is in either: secrets are named by the folder where their files are mounted.
 */
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { storeSlice } from './store-slice.ts';

const text = { type: 'string', minLength: 1 } as const;
const seconds = { type: 'number', exclusiveMinimum: 0 } as const;

const tls = {
  type: 'object',
  additionalProperties: false,
  properties: {
    caFile: { ...text, description: "PEM file of the CA of Vault's listener; without it the public CAs." },
    serverName: { ...text, description: 'The name that the certificate must carry.' },
  },
} as const satisfies JSONSchema;

export const restoreSliceSchema = {
  $id: 'restore-slice',
  type: 'object',
  additionalProperties: false,
  required: ['version', 'name', 'installation', 'replicas', 'store', 'server', 'restore', 'log'],
  properties: {
    version: { const: 1 },
    name: text,
    installation: { ...text, description: 'namespace/release' },
    replicas: {
      type: 'object',
      description: 'The servers of the release, and how a pod finds the others.',
      additionalProperties: false,
      required: ['count', 'namespace', 'statefulSet', 'service', 'ordered'],
      properties: {
        count: {
          type: 'integer',
          minimum: 0,
          description: 'As rendered; the cluster may have more or fewer.',
        },
        namespace: text,
        statefulSet: { ...text, description: 'Its pods are called by this name and their ordinal.' },
        service: { ...text, description: 'The headless Service, which publishes unready pods too.' },
        ordered: {
          type: 'boolean',
          description: 'Kubernetes makes a pod only once those of lower ordinals are Ready.',
        },
      },
    },
    store: storeSlice,
    server: {
      type: 'object',
      additionalProperties: false,
      required: ['product', 'dataPath', 'configFiles', 'address', 'seal', 'image'],
      properties: {
        product: { enum: ['vault', 'openbao'] },
        image: { ...text, description: "The server's image, for messages." },
        dataPath: { ...text, description: 'The mount point of the claim `data`.' },
        configFiles: {
          type: 'array',
          items: text,
          minItems: 1,
          description: "The server's own configuration files, placeholders not yet filled.",
        },
        address: { ...text, description: "The server's own listener seen from inside its pod." },
        tls,
        seal: { enum: ['shamir', 'auto'] },
      },
    },
    restore: {
      type: 'object',
      additionalProperties: false,
      required: ['snapshot', 'whenNoSnapshot', 'whenDamaged', 'unseal', 'timeoutSeconds'],
      properties: {
        snapshot: {
          oneOf: [
            {
              type: 'object',
              additionalProperties: false,
              required: ['latest'],
              properties: { latest: { type: 'object', additionalProperties: false } },
            },
            { type: 'object', additionalProperties: false, required: ['key'], properties: { key: text } },
            {
              type: 'object',
              additionalProperties: false,
              required: ['before'],
              properties: { before: text },
            },
          ],
        },
        rehearsalOf: { ...text, description: 'namespace/release of the original, which lives on.' },
        whenNoSnapshot: { enum: ['install', 'stop'] },
        whenDamaged: {
          enum: ['stop', 'previous'],
          description:
            'What to do where the chosen snapshot does not verify: stop, or take the next older verified one.',
        },
        unseal: {
          oneOf: [
            {
              type: 'object',
              additionalProperties: false,
              required: ['shares'],
              properties: {
                shares: { ...text, description: 'Folder where the Secret of unseal shares is mounted.' },
              },
            },
            {
              type: 'object',
              additionalProperties: false,
              required: ['manual'],
              properties: { manual: { type: 'object', additionalProperties: false } },
            },
          ],
        },
        assumeLost: {
          type: 'array',
          items: { type: 'integer', minimum: 1 },
          description: 'Ordinals of which a person says that their data is lost.',
        },
        timeoutSeconds: { ...seconds, description: 'Limit of one phase of the restore.' },
      },
    },
    log: { enum: ['text', 'json'] },
  },
} as const satisfies JSONSchema;

export type RestoreSlice = FromSchema<typeof restoreSliceSchema>;

export const backupSliceSchema = {
  $id: 'backup-slice',
  type: 'object',
  additionalProperties: false,
  required: [
    'version',
    'name',
    'installation',
    'store',
    'vault',
    'auth',
    'retention',
    'timeoutSeconds',
    'log',
  ],
  properties: {
    version: { const: 1 },
    name: text,
    installation: { ...text, description: 'namespace/release' },
    store: storeSlice,
    vault: {
      type: 'object',
      additionalProperties: false,
      required: ['product', 'address', 'peers'],
      properties: {
        product: { enum: ['vault', 'openbao'] },
        address: { ...text, description: 'The Service that leads to the active node.' },
        peers: { type: 'array', items: text, description: 'Addresses of the single servers, by DNS name.' },
        tls,
      },
    },
    auth: {
      oneOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['kubernetes'],
          properties: {
            kubernetes: {
              type: 'object',
              additionalProperties: false,
              required: ['mount', 'role', 'tokenFile'],
              properties: { mount: text, role: text, tokenFile: text },
            },
          },
        },
        {
          type: 'object',
          additionalProperties: false,
          required: ['approle'],
          properties: {
            approle: {
              type: 'object',
              additionalProperties: false,
              required: ['mount', 'credentials'],
              properties: {
                mount: text,
                credentials: { ...text, description: 'Folder with the files role_id and secret_id.' },
              },
            },
          },
        },
      ],
    },
    retention: {
      type: 'object',
      additionalProperties: false,
      required: ['keepLast'],
      properties: { keepLast: { type: 'integer', minimum: 1 } },
    },
    takeOver: {
      ...text,
      description:
        "The cluster_id whose place this Vault takes: its pointer may be replaced by this Vault's.",
    },
    timeoutSeconds: seconds,
    log: { enum: ['text', 'json'] },
  },
} as const satisfies JSONSchema;

export type BackupSlice = FromSchema<typeof backupSliceSchema>;
export type { StoreSlice } from './store-slice.ts';
export type TlsSlice = NonNullable<RestoreSlice['server']['tls']>;
