/** The server's service account and the labels of its pod, as the user's values make them. */
import { isMap, isSet, isTrue, printed, textAt, type Values, valueAt } from './values.ts';

export interface ServiceAccount {
  readonly name: string;
  /** Whether the chart makes it; otherwise its annotations in the values reach nothing. */
  readonly made: boolean;
  /** A map, or text that the chart evaluates as a template. */
  readonly annotations: Values | string;
  /** Labels of the server's pod (`server.extraLabels`). */
  readonly podLabels: Values;
}

export function serviceAccountOf(values: Values, fullname: string): ServiceAccount {
  const name = textAt(values, 'server.serviceAccount.name');
  const create = isSet(values, 'server.serviceAccount.create');
  const annotations = valueAt(values, 'server.serviceAccount.annotations');
  const labels = valueAt(values, 'server.extraLabels');
  return {
    name: name === '' ? (create ? fullname : 'default') : name,
    made: create && (isTrue(values, 'server.enabled') || isTrue(values, 'global.enabled')),
    annotations: isMap(annotations) || typeof annotations === 'string' ? annotations : {},
    podLabels: isMap(labels) ? labels : {},
  };
}

function quoted(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The value of an annotation; of text its line is found, and its value may be a template. */
export function annotationOf(annotations: Values | string, key: string): string | undefined {
  if (typeof annotations !== 'string') {
    const value = annotations[key];
    return value === undefined || value === null ? undefined : printed(value);
  }
  const line = new RegExp(`^[ \\t]*(["']?)${quoted(key)}\\1[ \\t]*:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(
    annotations,
  );
  return line?.[2]?.replace(/^(["'])(.*)\1$/, '$2');
}

/** Whether lines can be added to annotations that are text. A map in braces takes none. */
export function takesLines(annotations: string): boolean {
  return !/^\s*\{(?!\{)/.test(annotations);
}
