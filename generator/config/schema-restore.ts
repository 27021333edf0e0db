/** `restore`: what the server pods do when they find an empty disk. */
import type { JSONSchema } from 'json-schema-to-ts';
import { duration, extraEnv, freeForm, label, secretRef, stringMap } from './schema-parts.ts';

const empty = { type: 'object', additionalProperties: false } as const;

export const restoreSchema = {
  type: 'object',
  description: 'What the server pods do when they find an empty disk.',
  additionalProperties: false,
  properties: {
    enabled: {
      type: 'boolean',
      default: true,
      description:
        'With false there are backups only, no restore, and vault-values.yaml changes nothing of the server (but its raft configuration, with vault.raftConfig render).',
    },
    rehearsalOf: {
      type: 'object',
      description:
        'This release is a copy beside that living original, to try a restore: no backup of it is rendered (backup.enabled counts as false), an empty store stops it (restore.whenNoSnapshot counts as stop), and its log and its receipt name the original.',
      additionalProperties: false,
      required: ['name', 'namespace'],
      properties: {
        name: {
          ...label,
          maxLength: 53,
          description: "Name of the original's release.",
          examples: ['vault'],
        },
        namespace: { ...label, description: 'Its namespace.', examples: ['vault'] },
      },
    },
    snapshot: {
      type: 'object',
      description: 'Which snapshot is restored: one of latest, key, before. Default: latest.',
      additionalProperties: false,
      properties: {
        latest: { ...empty, description: 'The one that the pointer names.' },
        key: {
          type: 'string',
          pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$',
          description: 'This one.',
          examples: ['snapshots/20261123T220000Z-1234.snap'],
        },
        before: {
          type: 'string',
          pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$',
          description: 'The newest that was taken before this time.',
          examples: ['2026-11-23T22:00:00Z'],
        },
      },
      oneOf: [{ required: ['latest'] }, { required: ['key'] }, { required: ['before'] }],
    },
    whenNoSnapshot: {
      enum: ['install', 'stop'],
      default: 'install',
      description:
        'What follows a store that was read and holds no snapshot: install starts a new, empty Vault; stop waits for a person.',
    },
    whenDamaged: {
      enum: ['stop', 'previous'],
      default: 'stop',
      description:
        'What follows a chosen snapshot that does not verify: stop, or take the next older one that does.',
    },
    unseal: {
      type: 'object',
      description:
        'Where the unseal shares of a Shamir seal come from: one of secretRef, manual. Default: manual. Not to be set with an auto-unseal.',
      additionalProperties: false,
      properties: {
        secretRef: {
          ...secretRef,
          description:
            "Secret with the shares, one per line or Vault's own init JSON; its keys may hold several dated sets.",
        },
        manual: { ...empty, description: 'People unseal; the pod says what it waits for.' },
      },
      oneOf: [{ required: ['secretRef'] }, { required: ['manual'] }],
    },
    serviceAccount: {
      type: 'object',
      description: "The server's service account, which the official chart makes.",
      additionalProperties: false,
      properties: {
        annotations: {
          ...stringMap,
          description:
            'Annotations that it gets beside yours, such as a cloud identity; where your values of the official chart set the same one, theirs stays.',
        },
      },
    },
    initContainer: {
      type: 'object',
      description: 'The container lifeboat-init, which looks at the disk and fetches the snapshot.',
      additionalProperties: false,
      properties: {
        resources: {
          ...freeForm,
          description: 'Its requests and limits. Default: 50m of CPU and 128Mi, limited to 512Mi.',
          examples: [{ limits: { memory: '1Gi' } }],
        },
        extraEnv,
      },
    },
    restoreContainer: {
      type: 'object',
      description: 'The container lifeboat-restore, in which the private server runs.',
      additionalProperties: false,
      properties: {
        resources: {
          ...freeForm,
          description: "Its requests and limits. Default: the server's own (server.resources).",
          examples: [{ limits: { memory: '4Gi' } }],
        },
      },
    },
    assumeLost: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'integer', minimum: 1 },
      description:
        'Ordinals of servers whose data is gone for good, by your word: an empty server 0 waits for them no more. Only for the disaster at hand; remove it afterwards. A server that shows that it has data is believed rather than this.',
      examples: [[2]],
    },
    timeout: { ...duration, default: '30m', description: 'Limit of one phase of the restore.' },
  },
} as const satisfies JSONSchema;
