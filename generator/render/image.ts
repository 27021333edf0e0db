/** The reference of lifeboat's image. */
import type { Config } from '../config/config.ts';

export function imageReference({ repository, tag, digest }: Config['image']): string {
  return digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
}
