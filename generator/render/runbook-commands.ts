/** Commands of RUNBOOK.md that depend on more than a name: Helm, the Secrets, and the way to the server. */
import type { CaSource } from '../config/config.ts';
import { type NeededObject, PULL_SECRET_KEY } from '../plan/needed-objects.ts';
import type { Plan } from '../plan/plan.ts';
import { shellQuote } from './text.ts';

/** `helm repo add` where the chart is named by a repository; nothing for oci:// and folders. */
export function repositoryOf(chart: string): string | false {
  return /^([A-Za-z0-9][\w-]*)\/[\w-]+$/.exec(chart)?.[1] ?? false;
}

/** `helm upgrade --install` of the official chart with the user's files in their order, and our overlay last. */
export function install({ config }: Plan, overlay: boolean): string {
  const { name, namespace, chart, chartVersion, values } = config.release;
  const files = values.map((file) => ` -f ${shellQuote(file)}`);
  if (overlay) files.push(' -f "$OUT/vault-values.yaml"');
  return `helm upgrade --install ${shellQuote(name)} ${shellQuote(chart)} --version ${shellQuote(chartVersion)} -n ${shellQuote(namespace)}${files.join('')}`;
}

export function createCommand({ kind, name, namespace, keys }: NeededObject): string {
  const registry = keys.includes(PULL_SECRET_KEY) ? ' --type=kubernetes.io/dockerconfigjson' : '';
  const type = kind === 'secret' ? 'secret generic' : 'configmap';
  const from = keys.length === 0 ? ['FILE'] : keys.map((key) => `${shellQuote(key)}=FILE`);
  const files = from.map((file) => `--from-file=${file}`).join(' ');
  return `kubectl create ${type} ${shellQuote(name)} -n ${shellQuote(namespace)}${registry} ${files}`;
}

/** Writes one entry of a Secret or ConfigMap into a file. */
export function entryInto({ kind, name, key }: CaSource, namespace: string, file: string): string {
  const path = shellQuote(`jsonpath={.data.${key.replaceAll('.', '\\.')}}`);
  const decoded = kind === 'secret' ? ' | base64 -d' : '';
  return `kubectl get ${kind.toLowerCase()} ${shellQuote(name)} -n ${shellQuote(namespace)} -o ${path}${decoded} > ${file}`;
}

/** The way from a workstation to the server, in the background, until it answers. */
export function forwardCommands(plan: Plan, prefix: string, binary: string): readonly string[] {
  const { config, facts, backup } = plan;
  const { namespace } = config.release;
  const lines = [
    `kubectl port-forward -n ${shellQuote(namespace)} pod/${facts.fullname}-0 8200:8200 >/dev/null &`,
    'FORWARD=$!',
    `export ${prefix}_ADDR=${facts.scheme}://127.0.0.1:8200`,
  ];
  if (facts.scheme === 'https') {
    const { ca, serverName } = config.tls ?? {};
    if (ca !== undefined) {
      lines.push(entryInto(ca, config.backup.namespace, 'vault-ca.pem'));
      lines.push(`export ${prefix}_CACERT="$PWD/vault-ca.pem"`);
    }
    // The name by which the backup calls it: the certificate carries that one.
    const name = serverName ?? new URL(backup.vault.address).hostname;
    lines.push(`export ${prefix}_TLS_SERVER_NAME=${shellQuote(name)}`);
  }
  // Sealed is an answer, too: `status` ends with 2 then.
  lines.push(`until ${binary} status >/dev/null || [ $? -eq 2 ]; do sleep 1; done`);
  return lines;
}
