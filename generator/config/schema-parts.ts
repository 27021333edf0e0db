/** Pieces of the configuration schema that occur more than once: names, references to Secrets, durations, CAs. */
import type { JSONSchema } from 'json-schema-to-ts';

/** What each pattern means, in words, for the message when a value does not match. */
export const PATTERN_WORDS: Readonly<Record<string, string>> = {
  '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$':
    'a Kubernetes name: lower-case letters, digits and "-", beginning and ending with a letter or digit',
  '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$':
    'a Kubernetes name: lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit',
  '^[1-9][0-9]*(s|m|h)$': 'a duration such as 90s, 30m or 2h',
  '^(/[A-Za-z0-9._-]+)+$': 'an absolute path without a slash at its end, such as /snapshots',
  '^[-._a-zA-Z0-9]+$': 'a key of a Secret or ConfigMap: letters, digits, "-", "_" and "."',
  '^[A-Za-z0-9][A-Za-z0-9._-]*$': 'letters, digits, ".", "_" and "-", beginning with a letter or digit',
  '^/*([A-Za-z0-9_-][A-Za-z0-9._-]*(/+|$))*$':
    'a path of letters, digits, "-", "_" and ".", such as backups/vault',
  '^[A-Za-z0-9_./-]*$': 'letters, digits, "_", ".", "/" and "-"',
  '^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$': 'the path of an auth method, without slashes at its ends',
  '^https?://[^/?#@ ]+(/[^?#@ ]*)?$': 'a URL such as https://s3.example, without user, query or fragment',
  '^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$': 'the name of a bucket: letters, digits, ".", "_" and "-"',
  '^[a-z0-9][a-z0-9._-]*[a-z0-9]$':
    'the name of a bucket: lower-case letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
  '^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$': 'the id of a Google project, such as payments-prod',
  '^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9.-]*\\.iam\\.gserviceaccount\\.com$':
    'the address of a Google service account, such as vault-backup@payments-prod.iam.gserviceaccount.com',
  '^https?://[^/?#@ ]+$': 'a URL of a host, such as https://storage-vault.p.googleapis.com, without a path',
  '^[a-z0-9]{3,24}$': 'the name of a storage account: 3 to 24 lower-case letters and digits',
  '^[a-z0-9](-?[a-z0-9])*$': 'the name of a container: lower-case letters, digits and single "-"',
  '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$':
    'an id such as 6fa4c3b2-1d0e-4f5a-8b9c-7d6e5f4a3b2c',
  '^(https?|oci)://[^/?#@ ]+(/[^?#@ ]*)?$':
    'a URL such as https://charts.example or oci://registry.example/charts, without user, query or fragment',
  '^(https?://[^/?#@ ]+/[^?#@ ]+|(ssh://)?[A-Za-z0-9._-]+@[A-Za-z0-9.-]+(:[0-9]+)?[:/][^?#@ ]+)$':
    'the URL of a git repository, such as https://git.example/platform/vaults.git or git@git.example:platform/vaults.git, without password',
  '^[A-Za-z0-9][A-Za-z0-9._/-]*$': 'a branch, tag or commit',
  '^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$':
    'a folder from the root of the git repository, without slashes at its ends',
  '^[A-Za-z0-9][A-Za-z0-9-]*$': 'letters, digits and "-"',
  '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$': 'a host name',
  '^([A-Za-z0-9.-]+(:[0-9]+)?/)?[A-Za-z0-9]+([._/-]+[A-Za-z0-9]+)*$':
    'the repository of an image, without tag and digest (those go into image.tag and image.digest)',
  '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$': 'the tag of an image: letters, digits, "_", "." and "-"',
  '^[A-Za-z0-9./][A-Za-z0-9._:/@-]*$': 'the name of a chart, such as hashicorp/vault, or oci://...',
  '^sha256:[0-9a-f]{64}$': 'a digest: sha256: and 64 hexadecimal digits',
  '^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$':
    'the ARN of an IAM role, such as arn:aws:iam::123456789012:role/vault-backup',
  '^arn:[a-z0-9-]+:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9._/-]+$':
    'the ARN of an OIDC provider, such as arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/...',
  '^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$':
    'the ARN of a KMS key (not of an alias), such as arn:aws:kms:eu-central-1:123456789012:key/...',
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$':
    'a time in UTC such as 2026-11-23T22:00:00Z',
  '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$':
    'the key of a snapshot, relative to <prefix>/<name>/, such as snapshots/20261123T220000Z-1234.snap',
  '^[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?$': 'a version such as 0.34.1',
};

export const label = {
  type: 'string',
  maxLength: 63,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
} as const satisfies JSONSchema;

export const objectName = {
  type: 'string',
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
} as const satisfies JSONSchema;

export const duration = { type: 'string', pattern: '^[1-9][0-9]*(s|m|h)$' } as const satisfies JSONSchema;

export const absolutePath = {
  type: 'string',
  pattern: '^(/[A-Za-z0-9._-]+)+$',
} as const satisfies JSONSchema;

export const stringMap = {
  type: 'object',
  additionalProperties: { type: 'string' },
} as const satisfies JSONSchema;

/** What Kubernetes documents and checks itself. */
export const freeForm = { type: 'object' } as const satisfies JSONSchema;

export const extraEnv = {
  type: 'array',
  items: { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 1 } } },
  description: 'More environment variables, such as a proxy. Secrets only by valueFrom.secretKeyRef.',
} as const satisfies JSONSchema;

export const authMount = {
  type: 'string',
  pattern: '^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$',
} as const satisfies JSONSchema;

export const roleName = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
} as const satisfies JSONSchema;

/** A Secret of which all keys are mounted. */
export const secretRef = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { ...objectName, description: 'Name of the Secret, in the namespace of the pod that reads it.' },
  },
} as const satisfies JSONSchema;

/** The folder of a store in its bucket or container. */
export const bucketPrefix = {
  type: 'string',
  pattern: '^/*([A-Za-z0-9_-][A-Za-z0-9._-]*(/+|$))*$',
  default: '',
  description: 'Folder in it; snapshots stand under <prefix>/<name>/.',
  examples: ['backups/vault'],
} as const satisfies JSONSchema;

const keyOf = {
  type: 'string',
  pattern: '^[-._a-zA-Z0-9]+$',
  default: 'ca.crt',
  description: 'Key under which the PEM text stands.',
} as const satisfies JSONSchema;

const namedKey = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: { name: { ...objectName, description: 'Name of the object.' }, key: keyOf },
} as const satisfies JSONSchema;

/** A CA certificate (PEM) out of a Secret or a ConfigMap. */
export const caSource = {
  type: 'object',
  additionalProperties: false,
  properties: {
    secretRef: { ...namedKey, description: 'A Secret that holds the CA.' },
    configMapRef: { ...namedKey, description: 'A ConfigMap that holds the CA.' },
  },
  oneOf: [{ required: ['secretRef'] }, { required: ['configMapRef'] }],
} as const satisfies JSONSchema;
