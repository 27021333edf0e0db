/** The values of a release in the cluster against those that are rendered, each as one sorted text. Pure. */
import { isMap, sameData, sortedKeys, type Values } from '../chart/values.ts';
import { yamlText } from '../render/yaml-text.ts';
import { type Change, changeOf } from './change.ts';
import { HiddenSecrets } from './hidden-secrets.ts';

export interface ReleaseValues {
  /** `vault 0.34.1`; undefined where it does not matter. */
  readonly chart?: string | undefined;
  /** What the user supplied, files merged. */
  readonly values: Values;
}

/** As Helm merges its values files: maps deep, everything else replaced, and a null stays a null. */
export function mergeFiles(files: readonly Values[]): Values {
  const merge = (base: Values, over: Values): Values => {
    const merged: Record<string, unknown> = { ...base };
    for (const [key, value] of Object.entries(over)) {
      const old = merged[key];
      merged[key] = isMap(old) && isMap(value) ? merge(old, value) : value;
    }
    return merged;
  };
  return files.reduce(merge, {});
}

function textOf({ chart, values }: ReleaseValues, hidden: HiddenSecrets): string {
  const text = yamlText(hidden.inValues(sortedKeys(values)));
  return chart === undefined ? text : `# chart: ${chart}\n${text}`;
}

function same(a: ReleaseValues | undefined, b: ReleaseValues): boolean {
  if (a === undefined) return false;
  return a.chart === b.chart && sameData(a.values, b.values);
}

/** `live` is undefined where the release is not installed. Undefined where nothing would change. */
export function releaseChange(
  path: string,
  live: ReleaseValues | undefined,
  rendered: ReleaseValues,
): Change | undefined {
  if (same(live, rendered)) return undefined;
  const hidden = new HiddenSecrets();
  const old = live === undefined ? undefined : textOf(live, hidden);
  return changeOf(path, { old, rendered: textOf(rendered, hidden) }, hidden);
}
