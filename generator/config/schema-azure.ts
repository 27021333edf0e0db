/** `store.azure`: Azure Blob Storage. */
import type { JSONSchema } from 'json-schema-to-ts';
import { bucketPrefix, objectName } from './schema-parts.ts';

const guid = {
  type: 'string',
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
} as const satisfies JSONSchema;

const keyRef = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { ...objectName, description: 'Name of the Secret, in the namespace of the pod that reads it.' },
    key: {
      enum: ['AZURE_STORAGE_SAS_TOKEN', 'AZURE_STORAGE_KEY'],
      default: 'AZURE_STORAGE_KEY',
      description:
        'What it holds: AZURE_STORAGE_SAS_TOKEN, a signature that may be limited to the container and in time, or AZURE_STORAGE_KEY, a key of the whole account.',
    },
  },
} as const satisfies JSONSchema;

export const azureSchema = {
  type: 'object',
  description: 'A container of Azure Blob Storage.',
  additionalProperties: false,
  required: ['account', 'container'],
  properties: {
    account: {
      type: 'string',
      pattern: '^[a-z0-9]{3,24}$',
      description: 'The storage account.',
      examples: ['vaultsnapshots'],
    },
    container: {
      type: 'string',
      minLength: 3,
      maxLength: 63,
      pattern: '^[a-z0-9](-?[a-z0-9])*$',
      description: 'The container. It must exist.',
      examples: ['snapshots'],
    },
    prefix: bucketPrefix,
    endpoint: {
      type: 'string',
      pattern: '^https?://[^/?#@ ]+(/[^?#@ ]*)?$',
      description:
        "URL of the account's blob service where it is not https://<account>.blob.core.windows.net, as in other clouds of Azure.",
      examples: ['https://vaultsnapshots.blob.core.chinacloudapi.cn'],
    },
    secretRef: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: {
        name: {
          ...objectName,
          description: 'Name of the Secret, in the namespace of the pod that reads it.',
        },
        key: {
          enum: ['AZURE_STORAGE_SAS_TOKEN', 'AZURE_STORAGE_KEY'],
          default: 'AZURE_STORAGE_KEY',
          description:
            'What it holds: AZURE_STORAGE_SAS_TOKEN, a signature that may be limited to the container and in time, or AZURE_STORAGE_KEY, a key of the whole account.',
        },
      },
      description: 'Secret with a static key. Without it the pods use their workload identity.',
    },
    restoreSecretRef: {
      ...keyRef,
      description:
        "Secret of the server's pods, with a signature that lets them read and create, and no more. Default: secretRef, whose key then deletes as well.",
    },
    tenantId: { ...guid, description: "Tenant of the identities. Default: the cluster's." },
    backupClientId: {
      ...guid,
      description:
        'Client id of the managed identity or application that the backup is (Microsoft Entra Workload ID).',
      examples: ['6fa4c3b2-1d0e-4f5a-8b9c-7d6e5f4a3b2c'],
    },
    restoreClientId: { ...guid, description: "Client id of the one that the server's pods are." },
  },
} as const satisfies JSONSchema;
