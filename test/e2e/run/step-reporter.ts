/** A reporter for node's test runner: each step of the scenario as one JSON object a line. */
import type { Step } from './results.ts';

interface Ended {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly nesting: number;
    readonly skip?: string | boolean;
    readonly details: { readonly duration_ms: number; readonly type?: string };
  };
}

// biome-ignore lint/style/noDefaultExport: the test runner takes a reporter by its default export
export default async function* stepReporter(events: AsyncIterable<Ended>): AsyncIterable<string> {
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue;
    const outcome = data.skip === undefined ? (type === 'test:pass' ? 'passed' : 'failed') : 'skipped';
    const step: Step = { name: data.name, outcome, seconds: data.details.duration_ms / 1000 };
    yield `${JSON.stringify(step)}\n`;
  }
}
