/** How a failure is told: one clear paragraph for a user's matter, a stack trace for a bug of ours, or one JSON object. */
import { LifeboatError, messageOf } from '../contract/errors.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import type { CliIo } from './io.ts';

const REPORT = 'this is a defect of lifeboat: please report it with the lines above (they hold no secret)';

/** Tells it and returns the exit code. `more` stands in the JSON object beside the error. */
export function reportError(error: unknown, json: boolean, io: CliIo, more: object = {}): number {
  const known = error instanceof LifeboatError;
  const code = known ? error.exitCode : EXIT_CODES.bug.code;
  if (json) {
    const body = {
      code,
      exit: known ? error.exit : 'bug',
      message: messageOf(error),
      ...(known && error.hint !== undefined ? { hint: error.hint } : {}),
      ...(hasProblems(error) ? { problems: error.problems } : {}),
    };
    io.stdout(`${JSON.stringify({ ...more, error: body })}\n`);
    return code;
  }
  if (!known) {
    io.stderr(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${REPORT}\n`);
    return code;
  }
  io.stderr(`lifeboat: ${error.message}\n`);
  if (error.hint !== undefined) io.stderr(`  next: ${error.hint}\n`);
  return code;
}

function hasProblems(error: unknown): error is { readonly problems: unknown } {
  return typeof error === 'object' && error !== null && 'problems' in error;
}
