/** Names of a cloud's objects that are made of a Vault's own name, however long that is. */
import { createHash } from 'node:crypto';

/** `prefix-name`; where that is too long, its beginning and a digest of the whole. */
export function shortName(prefix: string, name: string, limit: number): string {
  const whole = `${prefix}-${name}`;
  if (whole.length <= limit) return whole;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, limit - 9)}-${digest}`;
}
