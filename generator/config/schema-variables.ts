/** `variables`: which variables of the environment may stand in the file. */
import type { JSONSchema } from 'json-schema-to-ts';

export const variablesSchema = {
  type: 'object',
  description:
    'Variables of the environment in which lifeboat runs. A declared one stands in any value as ${NAME}; $${NAME} is the text itself. Never for secrets.',
  propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    properties: {
      default: { type: 'string', description: 'Its value where it is not set. Without one it must be set.' },
    },
  },
  examples: [{ REGION: { default: 'eu-central-1' }, CLUSTER: {} }],
} as const satisfies JSONSchema;
