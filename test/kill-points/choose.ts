/** Which points are tried of all that were passed. Pure. */
import type { Place, Point } from './scene.ts';

/** A question that is asked until it has its answer: how often differs from run to run. */
const ASKED_AGAIN = /request (GET|HEAD) .*, time \d+$|write into a stream, time (?!2$)\d+$/;

/** While the private server runs, it may die too. */
function serverRuns(names: readonly string[], index: number): boolean {
  const start = names.slice(0, index + 1).findLastIndex((name) => name.startsWith('after start of'));
  const end = names.slice(0, index + 1).findLastIndex((name) => name.startsWith('before rm /tmp/lifeboat'));
  return start > end;
}

export function pointsOf(place: Place, names: readonly string[]): readonly Point[] {
  return names.flatMap((name, index): readonly Point[] => {
    if (ASKED_AGAIN.test(name)) return [];
    const newPod = index % 2 === 0;
    const of = (who: Point['who']): Point => ({ place, who, name, newPod });
    if (place === 'worker') return [of('self'), of('container')];
    if (place === 'lifeboat-restore' && serverRuns(names, index)) return [of('container'), of('server')];
    return [of('container')];
  });
}

/** Every n-th of them, beginning with the `first`. */
export function everyNth<T>(all: readonly T[], n: number, first: number): readonly T[] {
  return all.filter((_, index) => index % n === first % n);
}
