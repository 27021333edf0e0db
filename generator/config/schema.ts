/**
 * The schema of lifeboat.yaml: the one source of its types, its validator, the editor's schema (`lifeboat schema`)
 * and docs/configuration.md.
 *
 * One key names each kind, as with Kubernetes volumes: `store: {s3: {...}}`. No value is ever a secret.
 */
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { backupSchema } from './schema-backup.ts';
import { gitopsSchema } from './schema-gitops.ts';
import { caSource, label, objectName } from './schema-parts.ts';
import { restoreSchema } from './schema-restore.ts';
import { secretsSchema } from './schema-secrets.ts';
import { storeSchema } from './schema-store.ts';
import { variablesSchema } from './schema-variables.ts';

export const SCHEMA_VERSION = 1;

export const configSchema = {
  $id: 'config',
  type: 'object',
  additionalProperties: false,
  required: ['version', 'name', 'image', 'release', 'store'],
  properties: {
    version: { const: SCHEMA_VERSION, description: 'Version of this schema.' },
    variables: variablesSchema,
    name: {
      ...label,
      description: "The Vault's own name: unique in the store, and kept when the Vault moves.",
      examples: ['payments-vault'],
    },
    image: {
      type: 'object',
      description: 'The image of lifeboat, for the backup and for the server pods.',
      additionalProperties: false,
      required: ['repository'],
      properties: {
        repository: {
          type: 'string',
          pattern: '^([A-Za-z0-9.-]+(:[0-9]+)?/)?[A-Za-z0-9]+([._/-]+[A-Za-z0-9]+)*$',
          description: 'Where you pushed it.',
          examples: ['registry.example/lifeboat'],
        },
        tag: {
          type: 'string',
          pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$',
          description: 'Its tag. Default: the version of the generator, or none with a digest.',
        },
        digest: {
          type: 'string',
          pattern: '^sha256:[0-9a-f]{64}$',
          description: 'Its digest: what runs is then what you tested, whatever becomes of the tag.',
        },
        pullPolicy: {
          enum: ['Always', 'IfNotPresent', 'Never'],
          default: 'IfNotPresent',
          description: 'When the kubelet pulls it.',
        },
      },
    },
    imagePullSecrets: {
      type: 'array',
      description: 'Secrets of the registry.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: { name: { ...objectName, description: 'Name of the Secret.' } },
      },
    },
    release: {
      type: 'object',
      description: 'The release of the official chart, as `helm install` is given it.',
      additionalProperties: false,
      required: ['name', 'namespace', 'chartVersion'],
      properties: {
        name: { ...label, maxLength: 53, description: 'Name of the release.', examples: ['vault'] },
        namespace: { ...label, description: 'Its namespace.', examples: ['vault'] },
        chart: {
          type: 'string',
          pattern: '^[A-Za-z0-9./][A-Za-z0-9._:/@-]*$',
          default: 'hashicorp/vault',
          description:
            'The chart: hashicorp/vault or openbao/openbao, under your name of the repository; oci://...; or a folder, ./vault.',
        },
        repository: {
          type: 'string',
          pattern: '^(https?|oci)://[^/?#@ ]+(/[^?#@ ]*)?$',
          description:
            "URL of the chart's repository, https:// or oci://: for --format argocd, flux, helmfile and kustomize, which know nothing of your helm repo add.",
          examples: ['https://charts.example'],
        },
        chartVersion: {
          type: 'string',
          pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?$',
          description: 'Version of the chart.',
          examples: ['0.34.1'],
        },
        values: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          description: 'Your own values files in the order of `helm -f`, relative to this file.',
          examples: [['my-values.yaml']],
        },
      },
    },
    store: storeSchema,
    vault: {
      type: 'object',
      description: 'How the server is reached.',
      additionalProperties: false,
      properties: {
        seal: {
          enum: ['shamir', 'auto'],
          description:
            'Only where the seal stanza stands in a file that render cannot see (server.extraArgs with another -config). Otherwise it is read from your values.',
        },
        raftConfig: {
          enum: ['keep', 'render'],
          default: 'keep',
          description:
            'Whether vault-values.yaml sets server.ha.raft.config. keep: never. render: your own text, with a retry_join added for each server that yours leads to by none.',
        },
        tls: {
          type: 'object',
          description: "For a server with TLS; whether it has TLS is read from the chart's values.",
          additionalProperties: false,
          properties: {
            ca: {
              ...caSource,
              description: "The CA of the server's certificate, where it is not a public one.",
            },
            serverName: {
              type: 'string',
              pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$',
              description:
                'A name that the certificate carries, where it does not carry the one that is dialled.',
            },
          },
        },
      },
    },
    backup: backupSchema,
    restore: restoreSchema,
    gitops: gitopsSchema,
    secrets: secretsSchema,
    log: {
      type: 'object',
      description: 'The log of the pods.',
      additionalProperties: false,
      properties: {
        format: {
          enum: ['text', 'json'],
          default: 'text',
          description: 'Plain lines, or one JSON object a line.',
        },
      },
    },
  },
} as const satisfies JSONSchema;

/** lifeboat.yaml as written, after it was validated. */
export type ConfigInput = FromSchema<typeof configSchema, { keepDefaultedPropertiesOptional: true }>;
