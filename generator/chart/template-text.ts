/** Text that a chart evaluates as a template, written so that it prints as it is. */
import { isMap } from './values.ts';

export function literalForTemplate(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('{{', '{{`{{`}}');
  if (Array.isArray(value)) return value.map(literalForTemplate);
  if (isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, literalForTemplate(child)]));
  }
  return value;
}
