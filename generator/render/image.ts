/** The reference of lifeboat's image. */
import type { Config } from '../config/config.ts';

/** `repository[:tag][@digest]`, as charts/vault-lifeboat writes it. */
export function imageReference({ repository, tag, digest }: Config['image']): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
