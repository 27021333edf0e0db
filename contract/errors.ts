/** The one error type for everything that is not a defect of lifeboat: what was seen, why it stops, what to type next. */
import { EXIT_CODES, type ExitName } from './exit-codes.ts';

export interface LifeboatErrorOptions {
  /** The next command or the thing to change, for the person who reads the message. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** True where the same call may succeed a little later. Only the retry decorators look at it. */
  readonly retryable?: boolean;
  /** `secret`: a file that a Secret or ConfigMap brings is not there. In a pod it may come while somebody waits for it. */
  readonly missing?: 'secret' | undefined;
}

/** A failure that a user can act on. Anything else that is thrown is a bug and keeps its stack trace. */
export class LifeboatError extends Error {
  readonly exit: ExitName;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly missing: 'secret' | undefined;

  constructor(exit: ExitName, message: string, options: LifeboatErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LifeboatError';
    this.exit = exit;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.missing = options.missing;
  }

  get exitCode(): number {
    return EXIT_CODES[this.exit].code;
  }
}

/** The text of anything thrown, one line, without a stack. Never call it on a raw HTTP client error: those carry tokens. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return String(error);
}

/** Node's `code` of a system error (`ENOENT`, `ECONNREFUSED`), where there is one. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}
