/** `lifeboat schema`: the JSON Schema of lifeboat.yaml, for editors. */
import { editorSchema } from '../../generator/config/editor-schema.ts';
import type { CliIo } from '../io.ts';

export async function runSchema(_options: Readonly<Record<string, never>>, io: CliIo): Promise<void> {
  io.stdout(`${JSON.stringify(editorSchema(), null, 2)}\n`);
}
