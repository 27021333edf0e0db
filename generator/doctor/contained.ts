/**
 * Whether what we wrote is in a live object, where the API server has added its defaults. Pure. Maps may hold more, lists
 * may not; an empty map is as good as none; quantities are compared as they are written, which the server may change.
 */
import { isMap } from '../chart/values.ts';
import type { Difference } from '../check/difference.ts';

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (isMap(value) && Object.keys(value).length === 0);
}

/** The first place where something of ours is missing or of other content; undefined where there is none. */
export function missingIn(wanted: unknown, got: unknown, path = ''): Difference | undefined {
  if (isEmpty(wanted)) return undefined;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got) || got.length !== wanted.length) return { path, wanted, got };
    for (const [index, one] of wanted.entries()) {
      const found = missingIn(one, got[index], `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isMap(wanted)) {
    const there = isMap(got) ? got : {};
    for (const [key, one] of Object.entries(wanted)) {
      const found = missingIn(one, there[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(wanted, got) ? undefined : { path, wanted, got };
}
