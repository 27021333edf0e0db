/** Where something stands in a text: line, column, and the line itself where it may be shown. */
import type { LineCounter } from 'yaml';
import type { Problem } from './problem.ts';
import { mayBeShown } from './secret-forms.ts';

/** A longer line is not shown: it is written for machines. */
const LINE_LIMIT = 400;

export type Place = Pick<Problem, 'line' | 'column' | 'source' | 'width'>;

export type PlaceOf = (start: number, end: number) => Place;

/** `hidden` are lines that are never shown. */
export function placesIn(text: string, counter: LineCounter, hidden: ReadonlySet<number>): PlaceOf {
  const lines = text.split('\n');
  return (start, end) => {
    const { line, col } = counter.linePos(start);
    const source = (lines[line - 1] ?? '').replace(/\r$/, '');
    const place = { line, column: col };
    if (source.length > LINE_LIMIT || hidden.has(line) || !mayBeShown(source)) return place;
    return { ...place, source, width: Math.max(1, Math.min(end - start, source.length - col + 1)) };
  };
}
