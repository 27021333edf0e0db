/** docs/tested.md: what was tested for real, out of the results of runs. The same results give the same bytes. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { InstallFact, ServerFact } from '../facts.ts';
import { type RunResults, ratioText, type ScenarioResult } from './results.ts';

const PAGE = path.resolve(import.meta.dirname, '../../../docs/tested.md');

const HEAD = `# What was tested on a real Kubernetes

Generated out of the results of \`npm run e2e\`; do not edit. To make it anew, run everything and let it write:

\`\`\`sh
npm run e2e -- --write-table
\`\`\`

Each row is a scenario of test/e2e/scenarios, with what it met: the server and its seal as the server itself says, the
official chart as Helm installed it, Kubernetes as the API server says. [How to run them](testing.md) says what a stand-in is.
`;

const NAMES: Readonly<Record<string, string>> = { vault: 'Vault', openbao: 'OpenBao' };

const named = (product: string): string => NAMES[product] ?? product;

function unique(texts: readonly string[]): string {
  return [...new Set(texts)].sort().join(', ');
}

type Run = Pick<RunResults, 'cluster' | 'kubernetes' | 'images'>;

function row({ cluster, kubernetes, images }: Run, { name, passed, facts }: ScenarioResult): string {
  const installs = facts.filter((fact): fact is InstallFact => fact.kind === 'install');
  const servers = facts.filter((fact): fact is ServerFact => fact.kind === 'server');
  const cells = [
    name,
    unique(servers.map(({ product, version }) => `${named(product)} ${version}`)),
    unique(installs.map(({ product, chartVersion }) => `${product} ${chartVersion}`)),
    unique(servers.map(({ seal }) => seal)),
    unique(installs.map(({ replicas }) => String(replicas))),
    `${kubernetes}, ${cluster}`,
    images,
    passed ? 'passed' : '**failed**',
  ];
  return `| ${cells.map((cell) => (cell === '' ? 'none' : cell.replaceAll('|', '\\|'))).join(' | ')} |`;
}

/** Of a scenario that is in several results the last one counts; `known` are the names of all that there are. */
export function testedPage(runs: readonly RunResults[], known: readonly string[]): string {
  const rows = new Map<string, string>();
  const ratios = new Map<string, string>();
  for (const run of runs) {
    for (const scenario of run.scenarios) {
      rows.set(scenario.name, row(run, scenario));
      for (const fact of scenario.facts)
        if (fact.kind === 'measurement') ratios.set(fact.what, `- ${fact.what}: ${ratioText(fact.ratios)}`);
    }
  }
  const leftOut = known.filter((name) => !rows.has(name)).sort();
  const sorted = (lines: Map<string, string>): readonly string[] =>
    [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return [
    HEAD,
    '| scenario | server | official chart | seal | replicas | Kubernetes | images of the servers | result |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...sorted(rows),
    ...(leftOut.length === 0
      ? []
      : ['\nThere, and not in these results:\n', ...leftOut.map((name) => `- ${name}`)]),
    ...(ratios.size === 0
      ? []
      : ['\nRatios, each the median of its rounds with the lowest and the highest:\n', ...sorted(ratios)]),
    '',
  ].join('\n');
}

export function writeTestedPage(runs: readonly RunResults[], known: readonly string[]): void {
  writeFileSync(PAGE, testedPage(runs, known));
}
