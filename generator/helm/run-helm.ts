/** Calls the user's own helm: bounded in time, without a cluster, and with nothing secret among its arguments. */
import { execa } from 'execa';
import { LifeboatError } from '../../contract/errors.ts';

const SECONDS = 120;

export type Answer =
  | { readonly ok: true; readonly text: string }
  /** Helm's own last words. */
  | { readonly ok: false; readonly reason: string };

export function helmProgram(): string {
  return process.env.HELM_BIN || 'helm';
}

function missing(program: string, cause: unknown): LifeboatError {
  return new LifeboatError('tool', `helm is needed here, and there is no ${program}`, {
    hint: 'Install Helm 3 so that `helm version` answers, or name its binary in HELM_BIN.',
    cause,
  });
}

/** Throws a LifeboatError where there is no helm, or it does not end. */
export async function runHelm(args: readonly string[]): Promise<Answer> {
  const program = helmProgram();
  const result = await execa(program, args, {
    stdin: 'ignore',
    reject: false,
    timeout: SECONDS * 1000,
    stripFinalNewline: false,
  });
  if (result.timedOut) {
    throw new LifeboatError('tool', `helm ${args[0] ?? ''} did not end within ${SECONDS} seconds`, {
      hint: `Run it by hand to see what it waits for: ${program} ${args[0] ?? ''}`,
    });
  }
  if (result.exitCode === undefined) throw missing(program, result.cause);
  if (result.exitCode === 0) return { ok: true, text: result.stdout };
  const reason = result.stderr.replace(/^(?:Error: |WARNING: .*\n)+/, '').trim();
  return { ok: false, reason: reason === '' ? `it ended with exit code ${result.exitCode}` : reason };
}
