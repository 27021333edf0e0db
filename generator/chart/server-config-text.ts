/** The text of the server's configuration as the chart puts it into its ConfigMap, as far as it can be known here. */

import type { ServerMode } from './names.ts';
import type { OfficialChart } from './official-charts.ts';
import { isMap, isSet, isTrue, printed, type Values, valueAt } from './values.ts';

export interface ConfigText {
  readonly text: string;
  /** As the values have it: text with its templates, or a map. */
  readonly written: unknown;
  /** Where in the values it stands. */
  readonly path: string;
}

/** Stands where the chart would put something that only Helm knows. */
export const UNKNOWN_TEXT = 'LIFEBOAT_UNKNOWN';

/** The simple references of the chart's template language are resolved, all others become UNKNOWN_TEXT. */
function resolveTemplates(
  text: string,
  values: Values,
  release: { name: string; namespace: string },
): string {
  return text.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (_all, expression: string) => {
    const [, path] = /^\.Values\.([\w.]+)$/.exec(expression) ?? [];
    const value = path === undefined ? undefined : valueAt(values, path);
    if (value !== undefined && !isMap(value)) return printed(value);
    if (expression === '.Release.Name') return release.name;
    if (expression === '.Release.Namespace') return release.namespace;
    return UNKNOWN_TEXT;
  });
}

/** Which of the chart's three configurations is in force, with its text. */
export function serverConfigText(
  chart: OfficialChart,
  values: Values,
  mode: ServerMode,
  release: { readonly name: string; readonly namespace: string },
): ConfigText {
  let path = `server.${mode}.config`;
  const raft = chart.traits.raftConfigInEveryMode
    ? isSet(values, 'server.ha.raft.enabled')
    : mode === 'ha' && isTrue(values, 'server.ha.raft.enabled');
  if (raft) path = 'server.ha.raft.config';
  const value = valueAt(values, path);
  const text = isMap(value) ? JSON.stringify(value) : printed(value);
  return { path, written: value, text: resolveTemplates(text, values, release) };
}
