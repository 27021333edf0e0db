/** A value that must not reach a log, an error, an argument list or a file. */
import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/** Wraps secret text so that printing it by accident prints `[redacted]`. `reveal()` is the only way to the text. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
