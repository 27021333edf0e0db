/** The part of the schema that tells a GitOps tool where the rendered files will stand. */
import type { JSONSchema } from 'json-schema-to-ts';
import { label, objectName } from './schema-parts.ts';

/** No user and password in it: credentials of a repository are the tool's own matter. */
const GIT_URL =
  '^(https?://[^/?#@ ]+/[^?#@ ]+|(ssh://)?[A-Za-z0-9._-]+@[A-Za-z0-9.-]+(:[0-9]+)?[:/][^?#@ ]+)$';

export const gitopsSchema = {
  type: 'object',
  description: 'The git repository that holds the out folder and your values: for --format argocd and flux.',
  additionalProperties: false,
  required: ['folder'],
  properties: {
    repository: {
      type: 'string',
      pattern: GIT_URL,
      description: 'Its URL, as Argo CD is given it. Flux needs none.',
      examples: ['https://git.example/platform/vaults.git'],
    },
    revision: {
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]*$',
      default: 'HEAD',
      description: 'Branch, tag or commit that Argo CD follows.',
    },
    folder: {
      type: 'string',
      pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$',
      description: 'The out folder (-o) in that repository, from its root.',
      examples: ['payments/out'],
    },
    argocd: {
      type: 'object',
      description: 'The Applications.',
      additionalProperties: false,
      properties: {
        namespace: { ...label, default: 'argocd', description: 'Namespace of the Applications.' },
        project: { ...objectName, default: 'default', description: 'Project of the Applications.' },
        cluster: {
          type: 'string',
          pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
          default: 'in-cluster',
          description: "Argo CD's name of the cluster that the Vault runs in.",
        },
      },
    },
    flux: {
      type: 'object',
      description: 'The GitRepository object of that repository; the defaults are those of flux bootstrap.',
      additionalProperties: false,
      properties: {
        name: { ...objectName, default: 'flux-system', description: 'Its name.' },
        namespace: { ...label, default: 'flux-system', description: 'Its namespace.' },
      },
    },
  },
} as const satisfies JSONSchema;
