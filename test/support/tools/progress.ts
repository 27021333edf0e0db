/** Tells on standard error that something takes its time, with the time it took so far. */

const EVERY = 15_000;

export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const seconds = (): string => `${Math.round((Date.now() - start) / 1000)} s`;
  process.stderr.write(`${what} ...\n`);
  const timer = setInterval(() => process.stderr.write(`${what} ... ${seconds()}\n`), EVERY);
  try {
    const result = await work();
    process.stderr.write(`${what}: done in ${seconds()}\n`);
    return result;
  } catch (error) {
    process.stderr.write(`${what}: failed after ${seconds()}\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
