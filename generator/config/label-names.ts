/** Labels, annotations and variables whose names or values Kubernetes refuses. */
import { isMap } from '../chart/values.ts';
import { valueAtPath } from './layers.ts';
import type { Problem } from './problem.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** An optional DNS name and a slash, then 63 characters. */
const QUALIFIED_NAME =
  /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const VARIABLE_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const PREFIX_LIMIT = 253;

const LABELS: readonly Path[] = [
  ['backup', 'pod', 'labels'],
  ['backup', 'pod', 'nodeSelector'],
];
const ANNOTATIONS: readonly Path[] = [
  ['backup', 'pod', 'annotations'],
  ['backup', 'serviceAccount', 'annotations'],
];
const VARIABLES: readonly Path[] = [
  ['backup', 'pod', 'extraEnv'],
  ['restore', 'initContainer', 'extraEnv'],
];

function isQualifiedName(name: string): boolean {
  return QUALIFIED_NAME.test(name) && name.indexOf('/') <= PREFIX_LIMIT;
}

function entriesAt(source: YamlSource, path: Path): readonly (readonly [string, unknown])[] {
  const map = valueAtPath(source.data, path);
  return isMap(map) ? Object.entries(map) : [];
}

function nameProblems(source: YamlSource, path: Path): readonly Problem[] {
  return entriesAt(source, path)
    .filter(([name]) => !isQualifiedName(name))
    .map(([name]) =>
      source.at([...path, name], `Kubernetes refuses the name "${name.slice(0, 70)}"`, {
        key: true,
        hint: 'Letters, digits, "-", "_" and ".", 63 at most, and perhaps a domain and "/" before them: example.com/team.',
      }),
    );
}

function valueProblems(source: YamlSource, path: Path): readonly Problem[] {
  return entriesAt(source, path)
    .filter(([, value]) => typeof value === 'string' && !LABEL_VALUE.test(value))
    .map(([name, value]) =>
      source.at([...path, name], `Kubernetes refuses the value "${String(value).slice(0, 70)}" of a label`, {
        hint: 'Letters, digits, "-", "_" and ".", 63 at most, beginning and ending with a letter or digit. Other text is for annotations.',
      }),
    );
}

function variableProblems(source: YamlSource, path: Path): readonly Problem[] {
  const list = valueAtPath(source.data, path);
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).flatMap((item, index) => {
    if (!isMap(item) || typeof item.name !== 'string' || VARIABLE_NAME.test(item.name)) return [];
    const message = `Kubernetes refuses the name "${item.name.slice(0, 70)}" of a variable`;
    const hint = 'Letters, digits, "_", "-" and ".", not beginning with a digit.';
    return [source.at([...path, index, 'name'], message, { hint })];
  });
}

export function labelProblems(source: YamlSource): readonly Problem[] {
  return [
    ...[...LABELS, ...ANNOTATIONS].flatMap((path) => nameProblems(source, path)),
    ...LABELS.flatMap((path) => valueProblems(source, path)),
    ...VARIABLES.flatMap((path) => variableProblems(source, path)),
  ];
}
