/** Fills a server with random values, which no compression shrinks, up to the wanted size of its snapshot. */
import { randomBytes } from 'node:crypto';
import type { Operator } from '../support/vault-operations.ts';

const MIB = 1024 * 1024;
/** As base64 just below the MiB that raft takes as one entry. */
const VALUE = 700 * 1024;
const AT_ONCE = 4;

/** The number of values that make a snapshot of this size. */
function valuesFor(mib: number): number {
  return Math.round((mib * MIB) / Math.ceil((VALUE * 4) / 3));
}

/** Values of a smaller size before it stay, and count. */
export async function fillVault(operator: Operator, mib: number): Promise<void> {
  const { data } = (await operator.call('LIST', 'secret/metadata/bench')).body as {
    data?: { keys: string[] };
  };
  let next = data?.keys.length ?? 0;
  const wanted = valuesFor(mib);
  async function write(): Promise<void> {
    while (next < wanted) {
      const name = `secret/data/bench/${next++}`;
      await operator.must('POST', name, { data: { value: randomBytes(VALUE).toString('base64') } });
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, write));
}
