/** Secrets that a scenario made. What is kept of a run is searched for them: a leak must not spread by its own report. */
const known = new Set<string>();

const REDACTED = '[a secret of this scenario]';

export function rememberSecrets(...secrets: readonly string[]): void {
  for (const secret of secrets) {
    if (secret === '') continue;
    known.add(secret);
    known.add(Buffer.from(secret).toString('base64'));
  }
}

export function redacted(text: string): string {
  let result = text;
  for (const secret of known) result = result.replaceAll(secret, REDACTED);
  return result;
}
