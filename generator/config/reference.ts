/** docs/configuration.md: every key with its type, default, meaning and an example, out of the schema. */
import { configSchema } from './schema.ts';
import { PATTERN_WORDS } from './schema-parts.ts';

interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'map',
  array: 'list',
  string: 'text',
  boolean: 'true or false',
  integer: 'whole number',
};

function typeOf(node: Node): string {
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(' or ');
  const name = TYPE_NAMES[node.type ?? ''] ?? node.type ?? 'any';
  if (node.type === 'array') return 'list';
  return name;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;
}

function rows(node: Node, path: string): readonly string[] {
  const found: string[] = [];
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const name = path === '' ? key : `${path}.${key}`;
    const details = [child.description ?? ''];
    const words = child.pattern === undefined ? undefined : PATTERN_WORDS[child.pattern];
    if (words !== undefined) details.push(`Form: ${words}.`);
    if (child.minimum !== undefined) details.push(`At least ${child.minimum}.`);
    if (child.examples !== undefined) details.push(`Example: ${code(child.examples[0])}.`);
    const state =
      node.required?.includes(key) === true
        ? '**required**'
        : child.default === undefined
          ? ''
          : code(child.default);
    found.push(`| \`${name}\` | ${typeOf(child)} | ${state} | ${details.join(' ').replaceAll('|', '\\|')} |`);
    found.push(...rows(child, name));
    if (child.items?.properties !== undefined) found.push(...rows(child.items, `${name}[]`));
  }
  return found;
}

const EXAMPLE = `\`\`\`yaml
version: 1
name: payments-vault
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chart: hashicorp/vault, chartVersion: 0.34.1, values: [my-values.yaml]}
store:
  s3: {bucket: vault, region: us-south, endpoint: "https://s3.example", secretRef: {name: vault-snapshot-s3}}
  retention: {keepLast: 14}
backup:
  schedule: "0 */12 * * *"
  auth: {approle: {secretRef: {name: vault-snapshot-agent}}}
restore:
  unseal: {secretRef: {name: vault-unseal-keys}}
\`\`\``;

/** The whole page. Generated: `.ci/run` checks that the file in docs/ equals it. */
export function configurationReference(): string {
  const sections = Object.entries(configSchema.properties).map(([key, child]: [string, Node]) => {
    const required = (configSchema.required as readonly string[]).includes(key);
    const top: Node = { properties: { [key]: child }, ...(required ? { required: [key] } : {}) };
    const table = ['| key | type | default | meaning |', '| --- | --- | --- | --- |', ...rows(top, '')].join(
      '\n',
    );
    return `## ${key}\n\n${table}\n`;
  });
  return [
    '# Configuration: lifeboat.yaml\n',
    'Generated from generator/config/schema.ts; do not edit. `lifeboat schema > lifeboat.schema.json` writes the schema for an editor, and `lifeboat validate -f lifeboat.yaml` checks a file with the values it names.\n',
    'One key names each kind, as with Kubernetes volumes. No value is ever a secret: Secrets are named by `secretRef`, and live in the namespace of the pod that reads them. Replicas, TLS, seal, data path and object names are read from your own values of the official chart (`release.values`).\n',
    `${EXAMPLE}\n`,
    ...sections,
  ].join('\n');
}
