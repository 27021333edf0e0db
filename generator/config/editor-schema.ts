/** The configuration schema as editors want it. */
import { configSchema } from './schema.ts';

export function editorSchema(): Readonly<Record<string, unknown>> {
  const { $id: _id, ...schema } = configSchema;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'lifeboat.yaml',
    description: 'Configuration of vault-lifeboat. No value is ever a secret.',
    ...schema,
  };
}
