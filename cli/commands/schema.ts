/** `lifeboat schema`: the JSON Schema of lifeboat.yaml, for editors. */
import { editorSchema, layerSchema } from '../../generator/config/editor-schema.ts';
import type { CliIo } from '../io.ts';

export async function runSchema({ layer }: { readonly layer: boolean }, io: CliIo): Promise<void> {
  io.stdout(`${JSON.stringify(layer ? layerSchema() : editorSchema(), null, 2)}\n`);
}
