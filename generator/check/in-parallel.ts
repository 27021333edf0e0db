/** The work for each of many, some at a time; the results in the order of the many, the first failure as it is. */
import { availableParallelism } from 'node:os';

export async function inParallel<T, R>(
  many: readonly T[],
  work: (one: T) => Promise<R>,
  atOnce = availableParallelism(),
): Promise<readonly R[]> {
  const results: R[] = [];
  const entries = many.entries();
  const worker = async (): Promise<void> => {
    // One iterator for all workers: each takes what comes next.
    for (const [index, one] of entries) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, many.length) }, worker));
  return results;
}
