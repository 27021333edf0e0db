/** What fills the image, by its paths, and the table of docs/image.md that says so. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** The first that fits a path counts; a file that none fits does not belong into the image. */
const PARTS: readonly (readonly [name: string, paths: RegExp])[] = [
  ['node', /^usr\/local\/bin\/node$/],
  ['its loader and libraries', /^(?:usr\/)?lib(?:64)?\//],
  ['the program', /^app\/lifeboat\.cjs$|^usr\/local\/bin\/lifeboat$/],
  ['the SDKs of the stores', /^app\/sdk-[a-z0-9-]+\.cjs$/],
  ['our chart', /^app\/charts\//],
  ['licences', /^app\/(?:LICENSE|THIRD-PARTY\.txt|[a-z0-9.-]+\.LEGAL\.txt)$|^usr\/share\/licenses\//],
  ['the bill of materials', /^app\/sbom\.cdx\.json$/],
  ['CA roots', /^etc\/ssl\//],
  ['names of users and hosts', /^etc\/(?:passwd|group|nsswitch\.conf)$/],
];

export const BELONGS_TO_NOTHING = 'what does not belong into it';

export function partOf(file: string): string {
  return PARTS.find(([, paths]) => paths.test(file))?.[0] ?? BELONGS_TO_NOTHING;
}

export interface Sizes {
  /** Bytes of the compressed layers, as a registry keeps them. */
  readonly compressed: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** Every file below a folder, with its path in it. */
export function filesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** In the order of the table. */
export function sizesOf(root: string): Readonly<Record<string, number>> {
  const sizes = new Map<string, number>(PARTS.map(([name]) => [name, 0]));
  for (const file of filesBelow(root)) {
    const part = partOf(file);
    sizes.set(part, (sizes.get(part) ?? 0) + statSync(path.join(root, file)).size);
  }
  return Object.fromEntries(sizes);
}

const total = (parts: Sizes['parts']): number => Object.values(parts).reduce((sum, each) => sum + each, 0);

/** What has grown by more than a tenth, in words. */
export function grown(now: Sizes, budget: Sizes): readonly string[] {
  const pairs: readonly (readonly [string, number, number])[] = [
    ['the image', total(now.parts), total(budget.parts)],
    ['the image, compressed', now.compressed, budget.compressed],
    ['the program and the SDKs', programOf(now.parts), programOf(budget.parts)],
  ];
  return pairs
    .filter(([, is, was]) => is > was * 1.1)
    .map(
      ([what, is, was]) =>
        `${what} has grown from ${was} to ${is} bytes (${Math.round((is / was - 1) * 100)} %)`,
    );
}

/** That part which changes with our sources. */
export function programOf(parts: Sizes['parts']): number {
  return (parts['the program'] ?? 0) + (parts['the SDKs of the stores'] ?? 0);
}

const megabytes = (bytes: number): string => (bytes < 50_000 ? '< 0.1 MB' : `${(bytes / 1e6).toFixed(1)} MB`);

/** The rows of the page, as Markdown. */
export function tableOf({ compressed, parts }: Sizes): string {
  const rows = Object.entries(parts).map(([name, bytes]) => `| ${name} | ${megabytes(bytes)} |`);
  const sums = [
    `| **together** | ${megabytes(total(parts))} |`,
    `| compressed, as a registry keeps it | ${megabytes(compressed)} |`,
  ];
  return ['| what | size |', '| --- | --- |', ...rows, ...sums].join('\n');
}
