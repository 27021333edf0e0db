/** Secrets that somebody wrote into a file of plain text, found by the name of their key or by their form. */
import type { Problem } from './problem.ts';
import { dotted } from './schema-problems.ts';
import type { Path, YamlSource } from './yaml-source.ts';

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

/** Whether a literal value under this name is probably a secret. A value that is a path or a reference is not. */
export function looksLikeSecretVariable(name: string, value: string): boolean {
  if (value === '' || value.startsWith('/') || /^\$\([A-Za-z0-9_]+\)$/.test(value))
    return looksLikeSecretValue(value);
  return looksLikeSecretValue(value) || (SECRET_VARIABLE.test(name) && !NO_SECRET_VARIABLE.test(name));
}

export function secretHint(path: Path): string {
  const place = path.length === 0 ? '' : ` in ${dotted(path)}`;
  return `Put it into a Kubernetes Secret and name that${place}: secretRef: {name: ...}. If this file was shared, replace the secret.`;
}

/** Values anywhere in the file that have the form of a secret. The value itself is not repeated. */
export function inlineSecrets(source: YamlSource): readonly Problem[] {
  const problems: Problem[] = [];
  function walk(value: unknown, path: Path): void {
    if (typeof value === 'string') {
      if (looksLikeSecretValue(value)) {
        const { source: _line, ...problem } = source.at(path, `${dotted(path)} has the form of a secret`, {
          hint: secretHint(path.slice(0, -1)),
        });
        problems.push(problem);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        walk(child, [...path, Array.isArray(value) ? Number(key) : key]);
      }
    }
  }
  walk(source.data, []);
  return problems;
}
