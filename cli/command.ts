/** What the commands of the three families (generator, by hand, in pods) have in common. */

export const JSON_FLAG = ['--json', 'one JSON object on standard output, errors too'] as const;

/** A command resolves to its exit code, or to nothing where 0 is the only good one. */
export type Run = (work: () => Promise<unknown>) => Promise<void>;
