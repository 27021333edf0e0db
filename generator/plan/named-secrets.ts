/** The Secrets that lifeboat.yaml names. Those of the user's own values are made in the user's own way. */
import type { ServerFacts } from '../chart/server-facts.ts';
import type { Values } from '../chart/values.ts';
import type { Config } from '../config/config.ts';
import { type NeededObject, neededObjects } from './needed-objects.ts';

/** With every key that anybody reads out of them. */
export function namedSecrets(config: Config, own: Values, facts: ServerFacts): readonly NeededObject[] {
  const idOf = ({ kind, namespace, name }: NeededObject): string => `${kind}/${namespace}/${name}`;
  const named = new Set(neededObjects(config, {}, facts).map(idOf));
  return neededObjects(config, own, facts).filter(
    (object) => object.kind === 'secret' && named.has(idOf(object)),
  );
}

/** The login of the backup: auth-setup.sh makes this Secret, out of what the server answers. */
export function isLogin({ name, namespace }: NeededObject, { backup }: Config): boolean {
  return 'approle' in backup.auth && name === backup.auth.approle.secret && namespace === backup.namespace;
}
