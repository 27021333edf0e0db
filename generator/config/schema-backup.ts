/** `backup`: the CronJob that takes the snapshots. */
import type { JSONSchema } from 'json-schema-to-ts';
import {
  authMount,
  duration,
  extraEnv,
  freeForm,
  label,
  objectName,
  roleName,
  secretRef,
  stringMap,
} from './schema-parts.ts';

const auth = {
  type: 'object',
  description: 'How the backup logs in to Vault: one of kubernetes, approle. Default: kubernetes.',
  additionalProperties: false,
  properties: {
    kubernetes: {
      type: 'object',
      description: 'The Kubernetes auth method, with a short-lived token of its own service account.',
      additionalProperties: false,
      properties: {
        mount: { ...authMount, default: 'kubernetes', description: 'Path of the auth method.' },
        role: { ...roleName, default: 'lifeboat-backup', description: 'Role in the auth method.' },
        audience: {
          type: 'string',
          minLength: 1,
          default: 'vault',
          description: 'Audience of the token; the role is bound to it.',
        },
      },
    },
    approle: {
      type: 'object',
      description: 'The AppRole auth method.',
      additionalProperties: false,
      required: ['secretRef'],
      properties: {
        mount: { ...authMount, default: 'approle', description: 'Path of the auth method.' },
        role: { ...roleName, default: 'lifeboat-backup', description: 'Role in the auth method.' },
        secretRef: { ...secretRef, description: 'Secret with the keys role_id and secret_id.' },
      },
    },
  },
  oneOf: [{ required: ['kubernetes'] }, { required: ['approle'] }],
} as const satisfies JSONSchema;

const pod = {
  type: 'object',
  description: "Knobs of the backup's pod, as Kubernetes names them.",
  additionalProperties: false,
  properties: {
    labels: { ...stringMap, description: 'Labels of the pod.' },
    annotations: { ...stringMap, description: 'Annotations of the pod.' },
    resources: { ...freeForm, description: 'Requests and limits of the container.' },
    nodeSelector: { ...stringMap, description: 'Labels of the nodes that the pod may run on.' },
    tolerations: { type: 'array', items: freeForm, description: 'Taints that the pod tolerates.' },
    affinity: { ...freeForm, description: 'Affinity of the pod.' },
    priorityClassName: { ...objectName, description: 'Priority class of the pod.' },
    extraEnv,
  },
} as const satisfies JSONSchema;

export const backupSchema = {
  type: 'object',
  description: 'The CronJob that takes the snapshots.',
  additionalProperties: false,
  properties: {
    enabled: { type: 'boolean', default: true, description: 'Whether backups are scheduled.' },
    schedule: {
      type: 'string',
      minLength: 1,
      default: '0 */12 * * *',
      description:
        'When, as five cron fields, or in quotes as "@hourly", "@daily", "@weekly", "@monthly", "@yearly".',
    },
    timeZone: {
      type: 'string',
      minLength: 1,
      default: 'Etc/UTC',
      description: 'Time zone of the schedule.',
      examples: ['Europe/Berlin'],
    },
    namespace: {
      ...label,
      description: "Namespace of the CronJob and its Secrets. Default: the release's.",
    },
    timeout: { ...duration, default: '30m', description: 'Limit of one backup.' },
    auth,
    serviceAccount: {
      type: 'object',
      description: "The backup's service account; our chart creates it.",
      additionalProperties: false,
      properties: {
        name: { ...objectName, description: 'Its name. Default: <release>-lifeboat.' },
        annotations: { ...stringMap, description: 'Its annotations, such as a cloud identity.' },
      },
    },
    takeOver: {
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      description:
        'The cluster_id of a lost Vault whose place this one takes: its pointer may then be replaced. Only after a refused backup named it; remove it afterwards.',
    },
    pod,
  },
} as const satisfies JSONSchema;
