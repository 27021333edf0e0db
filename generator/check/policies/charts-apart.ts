/** Either chart may be installed first: none waits for an object that only the other one makes. */
import { isMap } from '../../chart/values.ts';
import type { Manifest } from '../manifests.ts';
import type { Policy, PolicyView } from './view.ts';

/** Fields by which a pod refers to an object of its namespace, with the kind. */
const REFERENCES: Readonly<Record<string, { readonly kind: string; readonly key: string }>> = {
  secret: { kind: 'Secret', key: 'secretName' },
  secretRef: { kind: 'Secret', key: 'name' },
  secretKeyRef: { kind: 'Secret', key: 'name' },
  configMap: { kind: 'ConfigMap', key: 'name' },
  configMapRef: { kind: 'ConfigMap', key: 'name' },
  configMapKeyRef: { kind: 'ConfigMap', key: 'name' },
  persistentVolumeClaim: { kind: 'PersistentVolumeClaim', key: 'claimName' },
};

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([field, child]) => {
    const reference = REFERENCES[field];
    const name = reference !== undefined && isMap(child) ? child[reference.key] : undefined;
    const needed = isMap(child) && child.optional !== true;
    const account =
      field === 'serviceAccountName' && typeof child === 'string' ? [`ServiceAccount/${child}`] : [];
    const here = typeof name === 'string' && needed ? [`${reference?.kind}/${name}`] : [];
    return [...here, ...account, ...referencesIn(child)];
  });
}

function crossing(from: readonly Manifest[], to: readonly Manifest[]): readonly string[] {
  const id = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;
  const there = new Set(to.map(id));
  const here = new Set(from.map(id));
  return from.flatMap((manifest) =>
    [...new Set(referencesIn(manifest.spec))]
      .filter((reference) => there.has(reference) && !here.has(reference))
      .map((reference) => `${id(manifest)} needs ${reference}`),
  );
}

export const eitherChartFirst: Policy = ({ official, own, plan }: PolicyView) => {
  const { release, backup } = plan.config;
  // An object of the same name in another namespace is another object.
  if (release.namespace !== backup.namespace) return [];
  return [
    ...crossing(official, own).map((what) => ({
      message: `${what}, which only our chart makes`,
      path: ['release', 'values'],
    })),
    ...crossing(own, official).map((what) => ({
      message: `${what}, which only the official chart makes`,
      path: ['backup'],
    })),
  ];
};
