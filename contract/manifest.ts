/**
 * The sidecar of a snapshot, the pointer, and the receipt of a restore: their JSON Schemas and types.
 * Readers accept unknown fields (a newer lifeboat may add some) and refuse another `version`.
 */
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' } as const;
const count = { type: 'integer', minimum: 0 } as const;

export const manifestSchema = {
  $id: 'manifest',
  type: 'object',
  required: [
    'version',
    'name',
    'key',
    'archive',
    'state',
    'raft',
    'server',
    'cluster',
    'seal',
    'taken',
    'tool',
  ],
  properties: {
    version: { const: 1 },
    name: { type: 'string', description: 'The Vault, as lifeboat.yaml names it.' },
    key: { type: 'string', description: 'The snapshot, relative to <prefix>/<name>/.' },
    archive: {
      type: 'object',
      required: ['size', 'sha256'],
      properties: { size: count, sha256 },
      description: 'The archive as stored: bytes and digest.',
    },
    state: {
      type: 'object',
      required: ['size', 'sha256'],
      properties: { size: count, sha256 },
      description: "The archive's state.bin, uncompressed.",
    },
    raft: { type: 'object', required: ['index', 'term'], properties: { index: count, term: count } },
    server: {
      type: 'object',
      required: ['product', 'version'],
      properties: { product: { enum: ['vault', 'openbao'] }, version: { type: 'string' } },
    },
    cluster: {
      type: 'object',
      required: ['id', 'name'],
      properties: { id: { type: 'string', minLength: 1 }, name: { type: 'string' } },
    },
    seal: {
      type: 'object',
      required: ['type', 'keyId', 'shares', 'threshold'],
      properties: {
        type: { type: 'string', description: '`shamir`, `transit`, `awskms`, ... as sys/seal-status says.' },
        keyId: { type: 'string', description: 'From SHA256SUMS.sealed; empty for Shamir.' },
        shares: { ...count, description: 'Unseal shares, or recovery shares with an auto-unseal.' },
        threshold: count,
      },
    },
    replicas: count,
    audit: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'type'],
        properties: {
          path: { type: 'string' },
          type: { type: 'string' },
          filePath: { type: 'string' },
          address: { type: 'string' },
          socketType: { type: 'string' },
        },
      },
      description: 'Audit devices; absent where the policy did not allow to read them.',
    },
    taken: {
      type: 'object',
      required: ['started', 'finished', 'seconds'],
      properties: { started: time, finished: time, seconds: { type: 'number', minimum: 0 } },
    },
    tool: { type: 'object', required: ['version'], properties: { version: { type: 'string' } } },
    installation: {
      type: 'string',
      description: 'Namespace and release (and cluster, where known) that wrote it.',
    },
  },
} as const satisfies JSONSchema;

export type Manifest = FromSchema<typeof manifestSchema>;

export const pointerSchema = {
  $id: 'pointer',
  type: 'object',
  required: ['version', 'key', 'sha256', 'clusterId', 'taken'],
  properties: {
    version: { const: 1 },
    key: { type: 'string', pattern: '^snapshots/[A-Za-z0-9.-]+$' },
    sha256,
    clusterId: { type: 'string', minLength: 1 },
    taken: time,
  },
} as const satisfies JSONSchema;

export type Pointer = FromSchema<typeof pointerSchema>;

export const receiptSchema = {
  $id: 'receipt',
  type: 'object',
  required: ['version', 'name', 'snapshot', 'clusterId', 'restored', 'phases', 'tool'],
  properties: {
    version: { const: 1 },
    name: { type: 'string' },
    snapshot: {
      type: 'object',
      required: ['key', 'sha256'],
      properties: {
        key: { type: 'string' },
        sha256,
        taken: time,
        clusterId: { type: 'string', description: 'As the manifest names it, where there is one.' },
      },
    },
    clusterId: { type: 'string', description: 'Empty until people unsealed the server.' },
    restored: time,
    phases: {
      type: 'array',
      items: {
        type: 'object',
        required: ['phase', 'seconds'],
        properties: { phase: { type: 'string' }, seconds: { type: 'number' } },
      },
    },
    verdict: { enum: ['restored', 'restored-sealed'] },
    installation: { type: 'string' },
    rehearsalOf: { type: 'string', description: 'The installation that lives on beside this copy of it.' },
    tool: { type: 'object', required: ['version'], properties: { version: { type: 'string' } } },
  },
} as const satisfies JSONSchema;

export type Receipt = FromSchema<typeof receiptSchema>;
