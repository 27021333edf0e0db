/** secrets/seal.sh: encrypts each Secret that lifeboat.yaml names for the controller of Sealed Secrets, out of files. */

import type { SecretSource } from '../config/config.ts';
import { type NeededObject, PULL_SECRET_KEY } from '../plan/needed-objects.ts';
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from './file.ts';
import { renderText } from './text.ts';

export const SEAL_FILE = 'secrets/seal.sh';

type Sealed = Extract<SecretSource, { readonly sealedSecrets: unknown }>['sealedSecrets'];

export function sealFile(plan: Plan, source: Sealed, secrets: readonly NeededObject[]): RenderedFile {
  const text = renderText('seal.sh', {
    header: plan.header,
    release: plan.config.release.name,
    controllerName: source.controllerName,
    controllerNamespace: source.controllerNamespace,
    secrets: secrets.map(({ name, namespace, keys, purpose }) => ({
      name,
      namespace,
      keys,
      purpose,
      folder: `${namespace}/${name}`,
      type: keys.includes(PULL_SECRET_KEY) ? 'kubernetes.io/dockerconfigjson' : 'Opaque',
    })),
  });
  return { name: SEAL_FILE, text, executable: true };
}
