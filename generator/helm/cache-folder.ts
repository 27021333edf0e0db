/** Where charts that were pulled are kept between runs. */
import { homedir } from 'node:os';
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export function cacheFolder(env: Environment = process.env): string {
  const own = env.LIFEBOAT_CACHE;
  return own === undefined || own === ''
    ? path.join(homedir(), '.cache', 'vault-lifeboat')
    : path.resolve(own);
}
