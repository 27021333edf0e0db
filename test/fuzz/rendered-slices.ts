/** Good restore slices, as the golden files hold them: what a corpus of files would say of them grows old. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { CONFIG_VARIABLE } from '../../contract/pod.ts';

const GOLDEN = path.resolve(import.meta.dirname, '../render/golden');

interface Overlay {
  readonly server?: {
    readonly extraInitContainers?: readonly {
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
}

export function renderedSlices(): readonly Buffer[] {
  return readdirSync(GOLDEN)
    .sort()
    .flatMap((name) => {
      const overlay = parse(readFileSync(path.join(GOLDEN, name, 'vault-values.yaml'), 'utf8')) as Overlay;
      const variables = overlay.server?.extraInitContainers?.flatMap(({ env = [] }) => env) ?? [];
      const slice = variables.find((variable) => variable.name === CONFIG_VARIABLE)?.value;
      return slice === undefined ? [] : [Buffer.from(slice)];
    });
}
