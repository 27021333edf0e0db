/**
 * manifests/: plain objects of Kubernetes, one a file, as Helm makes them of our chart, of rbac.yaml, and of the official
 * chart where it is given. Objects for `helm test` are left out.
 */
import { parse } from 'yaml';
import { isMap, mapAt, textAt, type Values } from '../chart/values.ts';
import { HELM_YAML } from '../config/yaml-documents.ts';
import type { RenderedFile } from '../render/file.ts';
import { rbacFile } from '../render/rbac.ts';
import type { Format } from './format.ts';

const FOLDER = 'manifests';

/** `cronjob-vault-lifeboat.yaml`; names may hold characters that are none of a file's. */
function fileName(kind: string, name: string): string {
  return `${kind}-${name}`.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-');
}

/** Helm separates objects by such a line, which cannot stand in one: texts in them are indented. */
function objectsIn(text: string): readonly string[] {
  return text.split(/^---.*$/m).map((part) => part.trim());
}

function isTest(object: Values): boolean {
  return String(mapAt(object, 'metadata.annotations')['helm.sh/hook'] ?? '').startsWith('test');
}

/** Those of one text; two of the same kind and name (in two namespaces) share a file. Sorted by name. */
function filesOf(folder: string, header: string, text: string): readonly RenderedFile[] {
  const files = new Map<string, string[]>();
  for (const part of objectsIn(text)) {
    const object: unknown = parse(part, HELM_YAML);
    if (!isMap(object) || isTest(object)) continue;
    const name = fileName(textAt(object, 'kind'), textAt(object, 'metadata.name'));
    files.set(name, [...(files.get(name) ?? []), `${part}\n`]);
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, parts]) => ({
      name: `${FOLDER}/${folder}/${name}.yaml`,
      text: `# ${header}\n${parts.join('---\n')}`,
    }));
}

export const manifests: Format = {
  refersByPath: false,
  runsHelm: true,
  needs: [],
  files: ({ plan, texts }) => {
    const { header } = plan;
    // Its own first lines say the same.
    const rbac = plan.restore === undefined ? '' : rbacFile(plan).text.replaceAll(/^#.*\n/gm, '');
    return [
      ...filesOf('rbac', header, rbac),
      ...filesOf('server', header, texts?.server ?? ''),
      ...filesOf('backup', header, texts?.backup ?? ''),
    ];
  },
};
