/** secrets/external-secrets.yaml: each Secret that lifeboat.yaml names, fetched by the External Secrets Operator. */

import { PRODUCT_NAMES } from '../../contract/product-words.ts';
import type { SecretSource } from '../config/config.ts';
import { isLogin } from '../plan/named-secrets.ts';
import { type NeededObject, PULL_SECRET_KEY } from '../plan/needed-objects.ts';
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from './file.ts';
import { yamlText } from './yaml-text.ts';

export const EXTERNAL_SECRETS_FILE = 'secrets/external-secrets.yaml';

type External = Extract<SecretSource, { readonly externalSecrets: unknown }>['externalSecrets'];

/** Not every store takes slashes in names, so there is none but those of the prefix. */
export function remoteKey({ keyPrefix }: External, { namespace, name }: NeededObject): string {
  return `${keyPrefix}${namespace}-${name}`;
}

/** A registry's file is JSON itself, and would be taken for the map of keys. */
function entry(key: string, remote: string) {
  const property = key === PULL_SECRET_KEY ? {} : { property: key };
  return { secretKey: key, remoteRef: { key: remote, ...property } };
}

function manifest(object: NeededObject, source: External, labels: Readonly<Record<string, string>>) {
  const { name, namespace, keys } = object;
  const template = keys.includes(PULL_SECRET_KEY)
    ? { template: { type: 'kubernetes.io/dockerconfigjson' } }
    : {};
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace, labels },
    spec: {
      refreshInterval: source.refreshInterval,
      secretStoreRef: { kind: source.store.kind, name: source.store.name },
      // Without an owner, and kept: neither the operator's end nor the store's takes a Secret from a sealed Vault.
      target: { name, creationPolicy: 'Orphan', deletionPolicy: 'Retain', ...template },
      data: keys.map((key) => entry(key, remoteKey(source, object))),
    },
  };
}

export function externalSecretsFile(
  plan: Plan,
  source: External,
  secrets: readonly NeededObject[],
): RenderedFile {
  const { config, facts } = plan;
  const product = PRODUCT_NAMES[facts.product];
  const labels = {
    'app.kubernetes.io/name': 'vault-lifeboat',
    'app.kubernetes.io/instance': config.release.name,
    'app.kubernetes.io/part-of': 'vault-lifeboat',
  };
  const header = `${plan.header}
Each Secret that lifeboat.yaml names, out of the ${source.store.kind} ${source.store.name}.
That store must not be backed by this very ${product}: once lost, it cannot give out what brings it back.
Each name below remoteRef.key holds a JSON object with the keys of the Secret, or for ${PULL_SECRET_KEY} the file itself.
The Secrets stay when the operator, this file or an entry of the store goes (creationPolicy: Orphan, deletionPolicy: Retain).`;
  const texts = secrets.map((object, index) => {
    const note = isLogin(object, config)
      ? `${object.purpose}. auth-setup.sh makes it: put what it made into the store, and it comes back with the others.`
      : object.purpose;
    const above = `${object.namespace}/${object.name}: ${note}`;
    return yamlText(manifest(object, source, labels), index === 0 ? `${header}\n\n${above}` : above);
  });
  return { name: EXTERNAL_SECRETS_FILE, text: texts.join('---\n') };
}
