/** The Secrets and ConfigMaps that must exist before the pods can work, and so must be kept elsewhere than in this cluster. */
import type { ServerFacts } from '../chart/server-facts.ts';
import { isMap, listAt, printed, textAt, type Values } from '../chart/values.ts';
import type { Config } from '../config/config.ts';
import { staticKey, type Who } from '../config/static-key.ts';

/** The one key of a Secret of a registry, which has a type of its own. */
export const PULL_SECRET_KEY = '.dockerconfigjson';

export interface NeededObject {
  readonly kind: 'secret' | 'configmap';
  readonly name: string;
  readonly namespace: string;
  /** Its keys, where we know them. */
  readonly keys: readonly string[];
  readonly purpose: string;
}

interface Wanted {
  readonly kind: 'secret' | 'configMap';
  readonly name: string;
  readonly keys: readonly string[];
  readonly purpose: string;
}

function storeObjects({ store }: Config, who: Who): readonly Wanted[] {
  const found: Wanted[] = [];
  const secret = staticKey(store, who);
  if (secret !== undefined) found.push({ kind: 'secret', ...secret, purpose: 'credentials of the store' });
  const ca = 's3' in store ? store.s3.ca : undefined;
  if (ca !== undefined) found.push({ ...ca, keys: [ca.key], purpose: "CA of the store's endpoint" });
  return found;
}

/** The files that the server's configuration and variables name below a mount: those are the keys of its Secret. */
function keysNamedBy({ mounts, config, env }: ServerFacts, mount: string): readonly string[] {
  const folder = mounts.find(({ name }) => name === mount)?.mountPath;
  if (typeof folder !== 'string') return [];
  const text = [config.text, ...env.map(({ value }) => value ?? '')].join('\n');
  const pieces = text.split(`${folder}/`).slice(1);
  const keys = pieces.flatMap((piece) => /^[A-Za-z0-9_-][\w.-]*(?![\w./-])/.exec(piece)?.[0] ?? []);
  return [...new Set(keys)].sort();
}

function serverObjects(config: Config, own: Values, facts: ServerFacts): readonly Wanted[] {
  const found: Wanted[] = [...storeObjects(config, 'restore')];
  const { unseal } = config.restore;
  if ('secret' in unseal) {
    found.push({ kind: 'secret', name: unseal.secret, keys: ['shares'], purpose: 'the unseal shares' });
  }
  for (const entry of listAt(own, 'server.extraSecretEnvironmentVars').filter(isMap)) {
    found.push({
      kind: 'secret',
      name: printed(entry.secretName),
      keys: [printed(entry.secretKey)],
      purpose: `your variable ${printed(entry.envName)}`,
    });
  }
  for (const entry of listAt(own, 'server.extraVolumes').filter(isMap)) {
    const kind = entry.type === 'configMap' ? 'configMap' : 'secret';
    const keys = keysNamedBy(facts, `userconfig-${printed(entry.name)}`);
    found.push({ kind, name: printed(entry.name), keys, purpose: 'your server.extraVolumes' });
  }
  for (const entry of listAt(own, 'server.volumes').filter(isMap)) {
    const secret = isMap(entry.secret) ? printed(entry.secret.secretName) : '';
    const configMap = isMap(entry.configMap) ? printed(entry.configMap.name) : '';
    const keys = keysNamedBy(facts, printed(entry.name));
    const purpose = `your volume ${printed(entry.name)}`;
    if (secret !== '') found.push({ kind: 'secret', name: secret, keys, purpose });
    if (configMap !== '') found.push({ kind: 'configMap', name: configMap, keys, purpose });
  }
  const license = textAt(own, 'server.enterpriseLicense.secretName');
  if (license !== '') {
    const key = textAt(own, 'server.enterpriseLicense.secretKey') || 'license';
    found.push({ kind: 'secret', name: license, keys: [key], purpose: 'the licence' });
  }
  return found;
}

function sharedObjects({ tls, imagePullSecrets }: Config): readonly Wanted[] {
  const pull = imagePullSecrets.map(
    (name): Wanted => ({
      kind: 'secret',
      name,
      keys: [PULL_SECRET_KEY],
      purpose: 'pulls the image of lifeboat',
    }),
  );
  if (tls?.ca === undefined) return pull;
  return [{ ...tls.ca, keys: [tls.ca.key], purpose: "CA of Vault's certificate" }, ...pull];
}

function backupObjects(config: Config): readonly Wanted[] {
  const { auth } = config.backup;
  const login: Wanted[] =
    'approle' in auth
      ? [
          {
            kind: 'secret',
            name: auth.approle.secret,
            keys: ['role_id', 'secret_id'],
            purpose: "the backup's login",
          },
        ]
      : [];
  return [...storeObjects(config, 'backup'), ...login, ...sharedObjects(config)];
}

/** Each object once a namespace; its purposes joined. `own` are the user's values of the official chart. */
export function neededObjects(config: Config, own: Values, facts: ServerFacts): readonly NeededObject[] {
  const server = config.restore.enabled
    ? [...serverObjects(config, own, facts), ...sharedObjects(config)]
    : [];
  const backup = config.restore.rehearsalOf === undefined ? backupObjects(config) : [];
  const placed = [
    ...server.map((wanted) => ({ wanted, namespace: config.release.namespace })),
    ...backup.map((wanted) => ({ wanted, namespace: config.backup.namespace })),
  ];
  const found = new Map<string, NeededObject>();
  for (const { wanted, namespace } of placed) {
    const kind = wanted.kind === 'secret' ? 'secret' : 'configmap';
    const id = `${namespace}/${kind}/${wanted.name}`;
    const old = found.get(id);
    const purposes = new Set([...(old?.purpose.split(', ') ?? []), wanted.purpose]);
    found.set(id, {
      kind,
      name: wanted.name,
      namespace,
      keys: [...new Set([...(old?.keys ?? []), ...wanted.keys])],
      purpose: [...purposes].join(', '),
    });
  }
  return [...found.values()];
}
