/** A container's environment as the kubelet makes it: fields, Secrets, and `$(NAME)` of variables defined before. */
import type { EnvEntry } from './pod-template.ts';

export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function containerEnvironment(
  entries: readonly EnvEntry[],
  fields: Readonly<Record<string, string>>,
  secrets: Secrets,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { name, value, valueFrom } of entries) {
    const field = valueFrom?.fieldRef?.fieldPath;
    const secret = valueFrom?.secretKeyRef;
    if (field !== undefined) env[name] = fields[field] ?? '';
    else if (secret !== undefined) env[name] = secrets[secret.name]?.[secret.key] ?? '';
    else env[name] = expand(value ?? '', env);
  }
  return env;
}

/** `$(NAME)` is replaced where NAME is known, `$$(NAME)` is the literal `$(NAME)`. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return env[name] ?? whole;
  });
}
