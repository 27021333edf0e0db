/** Helm values as plain data: merged as Helm merges them, and read as the chart's templates read them. */

export type Values = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Helm's merge: maps deep, lists and scalars replaced, a null of the user's removes a key. */
export function mergeValues(base: Values, over: Values): Values {
  // Not by assignment: a key `__proto__` is a key like any other.
  const merged = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isMap(old) && isMap(value) ? mergeValues(old, value) : withoutNulls(value));
  }
  return Object.fromEntries(merged);
}

/** Helm drops null keys of a map that no default stands under, too. */
function withoutNulls(value: unknown): unknown {
  return isMap(value) ? mergeValues({}, value) : value;
}

export function valueAt(values: Values, path: string): unknown {
  let value: unknown = values;
  for (const step of path.split('.')) value = isMap(value) ? value[step] : undefined;
  return value;
}

/** How a Go template prints a value with `toString`. */
export function printed(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

/** `eq (.x | toString) "true"` */
export function isTrue(values: Values, path: string): boolean {
  return printed(valueAt(values, path)) === 'true';
}

/** `if .x`: whether a Go template takes a value as true. */
export function isSet(values: Values, path: string): boolean {
  const value = valueAt(values, path);
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

export function textAt(values: Values, path: string): string {
  return printed(valueAt(values, path));
}

/** The list at a path; an absent, null or other value is an empty one (contradictions.ts names wrong kinds). */
export function listAt(values: Values, path: string): readonly unknown[] {
  const value = valueAt(values, path);
  return Array.isArray(value) ? value : [];
}

export function mapAt(values: Values, path: string): Values {
  const value = valueAt(values, path);
  return isMap(value) ? value : {};
}

/** The same with the keys of all maps in order, so that texts of it can be compared. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortedKeys(child)]));
}

export function sameData(a: unknown, b: unknown): boolean {
  return JSON.stringify(sortedKeys(a)) === JSON.stringify(sortedKeys(b));
}
