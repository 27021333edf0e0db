/** `lifeboat explain KEY`: what a key of lifeboat.yaml means, without a page open. */
import { explain } from '../../generator/config/explain.ts';
import { explanationText } from '../../generator/config/explain-text.ts';
import type { CliIo } from '../io.ts';

export interface ExplainOptions {
  /** Every key below, not only the next ones. */
  readonly recursive: boolean;
  readonly json: boolean;
}

export async function runExplain(key: string, options: ExplainOptions, io: CliIo): Promise<void> {
  const explanation = explain(key, options);
  io.stdout(options.json ? `${JSON.stringify(explanation)}\n` : explanationText(explanation));
}
