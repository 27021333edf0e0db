/** `secrets`: who makes the Secrets that lifeboat.yaml names. No value of one is ever in it. */
import type { JSONSchema } from 'json-schema-to-ts';
import { label, objectName } from './schema-parts.ts';

export const secretsSchema = {
  type: 'object',
  description:
    'Who makes the Secrets that this file names: one of externalSecrets, sealedSecrets. Without it you make them, by the commands of RUNBOOK.md.',
  additionalProperties: false,
  properties: {
    externalSecrets: {
      type: 'object',
      description:
        'The External Secrets Operator: secrets/external-secrets.yaml fetches each out of a store of yours.',
      additionalProperties: false,
      required: ['store'],
      properties: {
        store: {
          type: 'object',
          description: 'The SecretStore or ClusterSecretStore. It must not be backed by this very Vault.',
          additionalProperties: false,
          required: ['name'],
          properties: {
            name: { ...objectName, description: 'Its name.', examples: ['aws-secrets-manager'] },
            kind: {
              enum: ['SecretStore', 'ClusterSecretStore'],
              default: 'ClusterSecretStore',
              description: 'Its kind. A SecretStore must exist in each namespace that has a Secret.',
            },
          },
        },
        keyPrefix: {
          type: 'string',
          pattern: '^[A-Za-z0-9_./-]*$',
          default: '',
          description:
            'What the names in the store begin with. The whole name is this, then <namespace>-<name of the Secret>.',
          examples: ['prod/'],
        },
        refreshInterval: {
          type: 'string',
          pattern: '^[1-9][0-9]*(s|m|h)$',
          default: '1h',
          description: 'How often the store is asked again.',
        },
      },
    },
    sealedSecrets: {
      type: 'object',
      description: 'Sealed Secrets: secrets/seal.sh encrypts each out of files of yours.',
      additionalProperties: false,
      properties: {
        controllerName: {
          ...label,
          default: 'sealed-secrets-controller',
          description: "Name of the controller's Service, as kubeseal is told it.",
        },
        controllerNamespace: {
          ...label,
          default: 'kube-system',
          description: 'Its namespace.',
        },
      },
    },
  },
  oneOf: [{ required: ['externalSecrets'] }, { required: ['sealedSecrets'] }],
} as const satisfies JSONSchema;
