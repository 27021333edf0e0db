/** Where two pieces of data part for the first time, for a sentence that names the place. Pure. */
import { isMap } from '../chart/values.ts';

export interface Difference {
  /** From the value that was compared, after the path that it was given: `[1].env[0].value`. */
  readonly path: string;
  readonly wanted: unknown;
  readonly got: unknown;
}

/** Stands for whatever is there: a template of the user's that the chart evaluates. */
export const ANYTHING = Symbol('anything');

const SHOWN = 80;

/** Maps without regard to order, lists with it; undefined where both are the same. */
export function difference(wanted: unknown, got: unknown, path = ''): Difference | undefined {
  if (wanted === ANYTHING) return undefined;
  if (Array.isArray(wanted) && Array.isArray(got)) {
    for (let index = 0; index < Math.max(wanted.length, got.length); index++) {
      const found = difference(wanted[index], got[index], `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isMap(wanted) && isMap(got)) {
    for (const key of [...new Set([...Object.keys(wanted), ...Object.keys(got)])]) {
      const found = difference(wanted[key], got[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(wanted, got) ? undefined : { path, wanted, got };
}

/** A value in a sentence: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}
