/** Names and addresses that have the right form and yet fail where they are used: by Helm, by the chart, by who dials. */
import { valueAtPath } from './layers.ts';
import { takenFor } from './plain-text.ts';
import type { Problem } from './problem.ts';
import type { Path, YamlSource } from './yaml-source.ts';

function textAt({ data }: YamlSource, ...path: Path): string | undefined {
  const value = valueAtPath(data, path);
  return typeof value === 'string' ? value : undefined;
}

/** The official charts print both without quotes. */
function nameProblems(source: YamlSource): readonly Problem[] {
  return ['name', 'namespace'].flatMap((key) => {
    const what = takenFor(textAt(source, 'release', key) ?? 'text');
    if (what === undefined) return [];
    const message = `release.${key} is a word that readers of YAML take for ${what}, and the official chart writes it without quotes`;
    return [source.at(['release', key], message, { hint: 'Choose another name.' })];
  });
}

const ENDPOINTS = [
  ['store', 's3', 'endpoint'],
  ['store', 'gcs', 'endpoint'],
  ['store', 'azure', 'endpoint'],
  ['release', 'repository'],
] as const;

/** What has the form of a URL and is none to those who dial it: a port out of range, a host in broken punycode. */
function urlProblems(source: YamlSource): readonly Problem[] {
  return ENDPOINTS.filter((path) => {
    const url = textAt(source, ...path);
    return url !== undefined && !URL.canParse(url);
  }).map((path) =>
    source.at(path, `${path.join('.')} is no URL that can be dialled`, {
      hint: 'Look at its host and its port: https://s3.example:9000.',
    }),
  );
}

/** The server is called by a host name made of both; one that begins with xn-- is read as punycode. */
function hostNameProblems(source: YamlSource): readonly Problem[] {
  return ['name', 'namespace']
    .filter((key) => textAt(source, 'release', key)?.startsWith('xn--'))
    .map((key) =>
      source.at(
        ['release', key],
        `release.${key} begins with xn--, which host names of other alphabets begin with`,
        {
          hint: 'Choose another name.',
        },
      ),
    );
}

/** A bare name is a folder to Helm, and a chart only beside the URL of its repository. */
function chartProblems(source: YamlSource): readonly Problem[] {
  const chart = textAt(source, 'release', 'chart');
  if (chart === undefined || /[/:]/.test(chart) || textAt(source, 'release', 'repository') !== undefined)
    return [];
  const message = `release.chart "${chart}" names no repository: Helm would look for a folder of that name`;
  return [
    source.at(['release', 'chart'], message, {
      hint: `Write it with your name of the repository (hashicorp/vault, openbao/openbao), as oci://..., or ./${chart} for a folder.`,
    }),
  ];
}

export function releaseProblems(source: YamlSource): readonly Problem[] {
  return [
    ...nameProblems(source),
    ...hostNameProblems(source),
    ...chartProblems(source),
    ...urlProblems(source),
  ];
}
