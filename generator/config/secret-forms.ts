/** How secrets look: the names of their keys and variables, and the forms of their values. */

const SECRET_KEY =
  /^(?:aws_?)?(?:access_?key(?:_?id)?|secret_?(?:access_?)?key|session_?token|token|root_?token|password|passphrase|secret_?id|role_?id|shares?|unseal_?keys?|keys?|credentials?|secrets?|account_?key|storage_?key|private_?key|sas(?:_?token)?|connection_?string)$/i;

/** Forms that only secrets have: AWS access keys, Vault tokens, PEM private keys, a URL with a password, Azure's signatures. */
const SECRET_VALUE =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:hv[sbr]|[sbr])\.[A-Za-z0-9_-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^/\s:@]+:[^/\s@]+@|[?&]sig=[A-Za-z0-9%+/]{20,}/;

/**
 * Forms of random bytes: a key of 32 bytes or an unseal share of 33 in base64 or hexadecimal digits, the 40
 * characters of an AWS secret key, and the 64 bytes of an Azure account key. A digest (`sha256:...`), an ARN's `role/...` and the host of a URL are none.
 */
const RANDOM_VALUE = new RegExp(
  [
    '(?<![\\w+/=.@-]|sha256:)(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{66})(?![\\w+/=.@-])',
    '(?<![\\w+/=.@-])[A-Za-z0-9+/_-]{43}=(?!=)',
    '(?<![\\w+/.@-])[A-Za-z0-9+/]{86}==',
    '(?<![\\w+/=.@-])(?!role/|//)(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[0-9])(?:[A-Za-z0-9+/]{40}|[A-Za-z0-9+/]{44})(?![\\w+/=.@-])',
  ].join('|'),
);

const ANY_SECRET_VALUE = new RegExp(`${SECRET_VALUE.source}|${RANDOM_VALUE.source}`, 'g');

/** Names of values that look random and are public. */
const DIGEST_NAME = /sha\d|checksum|digest|fingerprint|thumbprint/i;

/** Keys below which people put secrets by mistake: a wrong value there is not repeated. */
const PRIVATE_KEYS: readonly (string | number)[] = ['secretRef', 'unseal', 'auth', 'credentials'];

/** Keys below those whose value is a plain name. */
const NAME_KEYS = ['name', 'key', 'mount', 'role', 'audience'];

/** Names of environment variables whose value is a secret. */
const SECRET_VARIABLE = /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|(?:^|_)PIN|KEY)$/i;

/** Names that end like a secret's and hold a name, a path or an id of one. */
const NO_SECRET_VARIABLE =
  /(?:_ID|_NAME|_PATH|_FILE|_DIR|_ARN|_URL|_LABEL)$|^(?:VAULT_AWSKMS_SEAL_KEY|GOOGLE_APPLICATION_CREDENTIALS)$|KMS_KEY|TRANSIT_SEAL_KEY_NAME|_PUBLIC_KEY$|^VAULT_(?:AZUREKEYVAULT|GCPCKMS|OCIKMS)_\w*KEY(?:_NAME)?$/i;

export function looksLikeSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

export function looksLikeSecretValue(value: string): boolean {
  return SECRET_VALUE.test(value) || RANDOM_VALUE.test(value);
}

/** The same, where the name of the value tells that it is a digest and no secret. */
export function looksLikeSecretEntry(name: string, value: string): boolean {
  return SECRET_VALUE.test(value) || (RANDOM_VALUE.test(value) && !DIGEST_NAME.test(name));
}

/** A text in which something stands for everything that has the form of a secret. */
export function replaceSecretForms(text: string, stand: (secret: string) => string): string {
  return text.replaceAll(ANY_SECRET_VALUE, stand);
}

/** A text for people in which nothing of the form of a secret is left. */
export function withoutSecretForms(text: string): string {
  return replaceSecretForms(text, () => '(hidden)');
}

/** Whether the value at this path may not be repeated in a message. */
export function isPrivatePath(path: readonly (string | number)[]): boolean {
  return path.some((step) => PRIVATE_KEYS.includes(step));
}

/** Whether a value at a private path is what belongs there, the name of something. */
export function isPlainName(key: string | number | undefined, value: string): boolean {
  return (
    NAME_KEYS.includes(String(key)) &&
    /^[a-z0-9][a-z0-9./_-]{0,62}$/.test(value) &&
    !looksLikeSecretValue(value)
  );
}

/** Whether a text holds a long run as only keys and shares have: base64 of many kinds of characters, or hex. */
export function looksRandom(text: string): boolean {
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_=-]{24,}/g)) {
    if (/^[0-9a-f]{32,}$/i.test(run)) return true;
    if (/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)) return true;
  }
  return false;
}

/** Whether a literal value under this name is probably a secret. A value that is a path or a reference is not. */
export function looksLikeSecretVariable(name: string, value: string): boolean {
  if (value === '' || value.startsWith('/') || /^\$\([A-Za-z0-9_]+\)$/.test(value))
    return SECRET_VALUE.test(value);
  return looksLikeSecretEntry(name, value) || (SECRET_VARIABLE.test(name) && !NO_SECRET_VARIABLE.test(name));
}

/** Whether a line of a file may be shown in a message: not where a secret probably stands on it. */
export function mayBeShown(line: string): boolean {
  if (looksLikeSecretValue(line) || looksRandom(line)) return false;
  // A text where a map with the name of a Secret belongs.
  if (/\bsecretRef["']?\s*:\s*[^\s{#]/.test(line)) return false;
  // The value is only looked at, not taken: further keys may stand in it.
  for (const [, key = '', rest = '', value = ''] of line.matchAll(
    /["']?([\w.-]+)["']?\s*:\s*(?=(\S*))(?=["']?([^\s"',{}[\]]*))/g,
  )) {
    if (rest !== '' && looksLikeSecretKey(key)) return false;
    if (value !== '' && looksLikeSecretVariable(key, value)) return false;
  }
  return true;
}
