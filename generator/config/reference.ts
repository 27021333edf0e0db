/** docs/configuration.md: every key with its type, default, meaning and an example, out of the schema. */
import { configSchema } from './schema.ts';
import {
  allKeysBelow,
  ruleSentences,
  type SchemaKey,
  type SchemaNode,
  typeWords,
  valueWords,
} from './schema-keys.ts';

function code(text: string): string {
  return `\`${text}\``;
}

function row({ path, node, required }: SchemaKey): string {
  const details = [node.description ?? '', ...ruleSentences(node)];
  if (node.examples !== undefined) details.push(`Example: ${code(valueWords(node.examples[0]))}.`);
  const optional = node.default === undefined ? '' : code(valueWords(node.default));
  const state = required ? '**required**' : optional;
  return `| ${code(path)} | ${typeWords(node, code)} | ${state} | ${details.join(' ').replaceAll('|', '\\|')} |`;
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
  const sections = Object.entries(configSchema.properties).map(([key, child]: [string, SchemaNode]) => {
    const required = (configSchema.required as readonly string[]).includes(key);
    const top: SchemaNode = { properties: { [key]: child }, ...(required ? { required: [key] } : {}) };
    const table = [
      '| key | type | default | meaning |',
      '| --- | --- | --- | --- |',
      ...allKeysBelow(top).map(row),
    ].join('\n');
    return `## ${key}\n\n${table}\n`;
  });
  return [
    '# Configuration: lifeboat.yaml\n',
    'Generated from generator/config/schema.ts; do not edit. `lifeboat schema > lifeboat.schema.json` writes the schema for an editor (`--layer` the one of a layer), and `lifeboat validate -f lifeboat.yaml` checks a file with the values it names.\n',
    'One key names each kind, as with Kubernetes volumes. No value is ever a secret: Secrets are named by `secretRef`, and live in the namespace of the pod that reads them. Replicas, TLS, seal, data path and object names are read from your own values of the official chart (`release.values`).\n',
    'The file may be made of layers (`-f` given again), may stand for many clusters, and may hold variables of the environment: [fleets.md](fleets.md). Aliases and merge keys of YAML work; the file is UTF-8.\n',
    `${EXAMPLE}\n`,
    ...sections,
  ].join('\n');
}
