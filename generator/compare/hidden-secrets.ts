/**
 * Takes secrets out of what a comparison shows. Each gets a number, the same one wherever it stands: that a secret
 * changed stays visible, the secret does not.
 */
import { isMap, type Values } from '../chart/values.ts';
import {
  looksLikeSecretEntry,
  looksLikeSecretVariable,
  looksRandom,
  replaceSecretForms,
} from '../config/secret-forms.ts';

/** Keys of Helm values whose text is a secret, whatever its form. A Secret's name stands beside a key of it. */
const SECRET_KEY = /(?:password|passwd|passphrase|token|secret_?key|private_?key|credentials)$/i;

/** `name = "value"` of HCL and `"name": "value"` of JSON, inside of a text. */
const ENTRY_IN_TEXT = /(["']?)([\w.-]+)\1(\s*[=:]\s*)"((?:[^"\\\n]|\\.)*)"/g;

function isVariable(value: Values): value is { readonly name: string; readonly value: string } {
  return typeof value.name === 'string' && typeof value.value === 'string';
}

export class HiddenSecrets {
  readonly #numbers = new Map<string, number>();

  #stand(secret: string): string {
    const number = this.#numbers.get(secret) ?? this.#numbers.size + 1;
    this.#numbers.set(secret, number);
    return `(hidden ${number})`;
  }

  /** A text without the forms of secrets, and without the values of settings that are named like one. */
  inText(text: string): string {
    const named = text.replaceAll(
      ENTRY_IN_TEXT,
      (whole, quote: string, name: string, is: string, value: string) =>
        name !== 'key' && looksLikeSecretVariable(name, value)
          ? `${quote}${name}${quote}${is}"${this.#stand(value)}"`
          : whole,
    );
    return this.inForms(named);
  }

  /** A text without the forms of secrets alone: for files of ours, where only an accident puts one. */
  inForms(text: string): string {
    return replaceSecretForms(text, (secret) => this.#stand(secret));
  }

  /** Values of a release, which people may have given secrets on the command line. */
  inValues(value: unknown, key = '', parent = ''): unknown {
    if (typeof value === 'string') return this.#inScalar(key, value, parent);
    if (Array.isArray(value)) return value.map((entry) => this.inValues(entry, key, parent));
    if (!isMap(value)) return value;
    if (isVariable(value) && looksLikeSecretVariable(value.name, value.value))
      return { ...value, value: this.#stand(value.value) };
    const named = 'secretName' in value ? '' : key;
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [
        name,
        'secretName' in value && typeof child === 'string'
          ? this.inForms(child)
          : this.inValues(child, name, named),
      ]),
    );
  }

  #inScalar(key: string, value: string, parent: string): string {
    if (value === '') return value;
    const secret =
      looksLikeSecretEntry(key, value) && !/\s/.test(value)
        ? true
        : parent === 'extraEnvironmentVars'
          ? looksLikeSecretVariable(key, value) || looksRandom(value)
          : SECRET_KEY.test(key);
    return secret ? this.#stand(value) : this.inText(value);
  }
}
