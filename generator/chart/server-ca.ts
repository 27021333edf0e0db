/** The CA of the server's certificate, as far as the values of the official chart show it. */
import type { Checked } from './checked.ts';
import type { ServerFacts } from './server-facts.ts';
import { isMap, listAt, printed, textAt, type Values } from './values.ts';

/** What stands under `vault.tls.ca`. */
export type CaReference = Readonly<Record<string, { readonly name: string; readonly key: string }>>;

/** Where nothing says how the Secret is called. */
export const CA_EXAMPLE: CaReference = { secretRef: { name: 'vault-tls', key: 'ca.crt' } };

/** A file of a mounted Secret or ConfigMap; undefined where it is of neither. */
function referenceTo(volume: Values, key: string): CaReference | undefined {
  const secret = textAt(volume, 'secret.secretName');
  const configMap = textAt(volume, 'configMap.name');
  const name = secret || configMap;
  if (name === '' || key === '') return undefined;
  const kind = secret === '' ? 'configMap' : 'secret';
  const item = listAt(volume, `${kind}.items`)
    .filter(isMap)
    .find((one) => printed(one.path) === key);
  return { [`${kind}Ref`]: { name, key: item === undefined ? key : printed(item.key) } };
}

/** The chart makes a volume of each of `server.extraVolumes`; those of `server.volumes` are written out. */
function volumeNamed(name: string, values: Values): Values | undefined {
  const own = listAt(values, 'server.volumes')
    .filter(isMap)
    .find((one) => printed(one.name) === name);
  if (own !== undefined) return own;
  const extra = listAt(values, 'server.extraVolumes')
    .filter(isMap)
    .find((one) => `userconfig-${printed(one.name)}` === name);
  if (extra === undefined) return undefined;
  const object = printed(extra.name);
  return printed(extra.type) === 'configMap'
    ? { configMap: { name: object } }
    : { secret: { secretName: object } };
}

/** The CA that the server's own variables name in one of its mounted Secrets or ConfigMaps. */
export function caOf(
  { env, mounts }: Pick<ServerFacts, 'env' | 'mounts'>,
  values: Values,
): CaReference | undefined {
  const file = env.find(({ name }) => /^(?:VAULT|BAO)_CACERT$/.test(name))?.value ?? '';
  for (const { name, mountPath, subPath } of mounts) {
    const folder = printed(mountPath).replace(/\/+$/, '');
    const volume = volumeNamed(printed(name), values);
    if (volume === undefined || folder === '') continue;
    const one = printed(subPath ?? '');
    if (one !== '' && file === folder) return referenceTo(volume, one);
    const key = file.slice(folder.length + 1);
    if (one === '' && file === `${folder}/${key}` && !key.includes('/')) return referenceTo(volume, key);
  }
  return undefined;
}

/** Lines to type: what the values show, else an example. */
export function caWarning({ facts, user }: Pick<Checked, 'facts' | 'user'>): string {
  const seen = caOf(facts, user.effective);
  const [[kind, { name, key }] = ['', { name: '', key: '' }]] = Object.entries(seen ?? CA_EXAMPLE);
  const where =
    seen === undefined
      ? 'Where a CA of your own signed it, add, with the name of your Secret'
      : 'Your values name a CA of your own; add';
  return `vault.tls.ca is not set: the certificate of the server must come from a public CA. ${where}:
  vault:
    tls:
      ca:
        ${kind}: {name: ${name}, key: ${key}}
  More: lifeboat explain vault.tls.ca`;
}
