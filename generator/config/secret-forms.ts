/** How secrets look: the names of their keys and variables, and the forms of their values. */

const SECRET_KEY =
  /^(?:aws_?)?(?:access_?key(?:_?id)?|secret_?(?:access_?)?key|session_?token|token|root_?token|password|passphrase|secret_?id|role_?id|shares?|unseal_?keys?|keys?|credentials?|secrets?)$/i;

/** Forms that only secrets have: AWS access keys, Vault tokens, PEM private keys, a URL with a password. */
const SECRET_VALUE =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:hv[sbr]|[sbr])\.[A-Za-z0-9_-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^/\s:@]+:[^/\s@]+@/;

/** Names of environment variables whose value is a secret. */
const SECRET_VARIABLE = /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|(?:^|_)PIN|KEY)$/i;

/** Names that end like a secret's and hold a name, a path or an id of one. */
const NO_SECRET_VARIABLE =
  /(?:_ID|_NAME|_PATH|_FILE|_DIR|_ARN|_URL|_LABEL)$|^(?:VAULT_AWSKMS_SEAL_KEY|GOOGLE_APPLICATION_CREDENTIALS)$|KMS_KEY|TRANSIT_SEAL_KEY_NAME|_PUBLIC_KEY$|^VAULT_(?:AZUREKEYVAULT|GCPCKMS|OCIKMS)_\w*KEY(?:_NAME)?$/i;

export function looksLikeSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

export function looksLikeSecretValue(value: string): boolean {
  return SECRET_VALUE.test(value);
}

/** Whether a text holds a long run as only keys and shares have: base64 of many kinds of characters, or hex. */
export function looksRandom(text: string): boolean {
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_=-]{24,}/g)) {
    if (/^[0-9a-f]{32,}$/i.test(run)) return true;
    if (/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)) return true;
  }
  return false;
}

/** Keys below which a secret is named, and where one may therefore have been written by mistake. */
export function looksLikeSecretPlace(key: string): boolean {
  return /^(?:secretRef|unseal|auth|approle)$/.test(key) || looksLikeSecretKey(key);
}

/** Whether a literal value under this name is probably a secret. A value that is a path or a reference is not. */
export function looksLikeSecretVariable(name: string, value: string): boolean {
  if (value === '' || value.startsWith('/') || /^\$\([A-Za-z0-9_]+\)$/.test(value))
    return looksLikeSecretValue(value);
  return looksLikeSecretValue(value) || (SECRET_VARIABLE.test(name) && !NO_SECRET_VARIABLE.test(name));
}

/** Whether a line of a file may be shown in a message: not where a secret probably stands on it. */
export function mayBeShown(line: string): boolean {
  if (looksLikeSecretValue(line) || looksRandom(line)) return false;
  // A text where a map with the name of a Secret belongs.
  if (/\bsecretRef["']?\s*:\s*[^\s{#]/.test(line)) return false;
  for (const [, key = '', value = ''] of line.matchAll(/["']?([\w.-]+)["']?\s*:\s*["']?([^\s"',{}[\]]*)/g)) {
    if (value !== '' && (looksLikeSecretKey(key) || looksLikeSecretVariable(key, value))) return false;
  }
  return true;
}
