/** `npm run tools [-- [--json] NAME...]`: gets the programs, charts and schemas of the tests, and says where each is. */
import { messageOf } from '../../../contract/errors.ts';
import { CRD_SOURCES, type CrdName, findCrdSchemas } from '../crd-schemas.ts';
import { findKubernetesSchemas, KUBERNETES_VERSION } from '../kubernetes-schemas.ts';
import { findPublishedSchemas } from '../published-schemas.ts';
import { type ChartName, findOfficialChart, OFFICIAL_CHARTS } from './chart.ts';
import { findTool } from './find-tool.ts';
import { findPythonPackage, MOTO, PRE_COMMIT, type PythonPackage } from './python-package.ts';
import { ToolMissing } from './tool-missing.ts';
import { TOOLS, type Tool } from './tool-table.ts';

interface Row {
  readonly name: string;
  readonly version: string;
  readonly from: string;
  readonly path: string;
  readonly seconds: string;
  readonly missing: boolean;
}

async function row(name: string, version: string, search: () => Promise<Partial<Row>>): Promise<Row> {
  const start = Date.now();
  const base = { name, version, from: '', path: '', missing: false };
  const seconds = (): string => ((Date.now() - start) / 1000).toFixed(1);
  try {
    return { ...base, ...(await search()), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    return { ...base, from: 'missing', path: error.reason, seconds: seconds(), missing: true };
  }
}

function toolRow(tool: Tool): Promise<Row> {
  return row(tool.title, tool.version, async () => await findTool(tool.name));
}

function chartRow(chart: ChartName, version: string): Promise<Row> {
  return row(`chart ${chart}`, version, async () => ({
    from: 'cache',
    path: await findOfficialChart(chart, version),
  }));
}

const SCHEMAS = 'kubernetes-schemas';

function schemasRow(): Promise<Row> {
  const search = async () => ({ from: 'cache', path: await findKubernetesSchemas() });
  return row('schemas of Kubernetes', KUBERNETES_VERSION, search);
}

function pythonRow(wanted: PythonPackage): Promise<Row> {
  const search = async () => ({ from: 'cache', path: await findPythonPackage(wanted) });
  return row(wanted.name, wanted.version, search);
}

const PUBLISHED = 'published-schemas';

function publishedRow(): Promise<Row> {
  const search = async () => ({ from: 'cache', path: await findPublishedSchemas() });
  return row('schemas of SARIF, GitHub, GitLab', '', search);
}

const CRDS = 'crd-schemas';

function crdRow(name: CrdName): Promise<Row> {
  const version = CRD_SOURCES[name].module.split('@v')[1] ?? '';
  const search = async () => ({ from: 'cache', path: await findCrdSchemas(name) });
  return row(`schemas of ${name}`, version, search);
}

function table(rows: readonly Row[]): string {
  const head = { name: 'tool', version: 'version', from: 'from', path: 'path', seconds: 'seconds' };
  const columns = ['name', 'version', 'from', 'seconds', 'path'] as const;
  const width = (column: (typeof columns)[number]): number =>
    Math.max(...[head, ...rows].map((each) => each[column].length));
  const line = (each: Readonly<Record<(typeof columns)[number], string>>): string =>
    columns.map((column) => (column === 'path' ? each.path : each[column].padEnd(width(column)))).join('  ');
  return `${[head, ...rows].map(line).join('\n')}\n`;
}

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((each) => each !== '--json');
  const known = [
    ...TOOLS.map(({ name }) => name as string),
    'charts',
    SCHEMAS,
    CRDS,
    PUBLISHED,
    PRE_COMMIT.name,
    MOTO.name,
  ];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`no tool is named ${unknown}; there are ${known.join(', ')}\n`);
    return 2;
  }
  // The scenarios on a real Kubernetes ask for it themselves; `npm test` has no use for it.
  const onRequest = [...TOOLS.filter((tool) => tool.onRequest).map(({ name }) => name as string), MOTO.name];
  const wanted = names.length === 0 ? known.filter((name) => !onRequest.includes(name)) : names;
  const rows: Row[] = [];
  // One after the other: each build uses every core.
  for (const tool of TOOLS) if (wanted.includes(tool.name)) rows.push(await toolRow(tool));
  if (wanted.includes('charts')) {
    for (const { chart, versions } of OFFICIAL_CHARTS)
      for (const version of versions) rows.push(await chartRow(chart, version));
  }
  if (wanted.includes(SCHEMAS)) rows.push(await schemasRow());
  if (wanted.includes(CRDS))
    for (const name of Object.keys(CRD_SOURCES)) rows.push(await crdRow(name as CrdName));
  if (wanted.includes(PUBLISHED)) rows.push(await publishedRow());
  for (const each of [PRE_COMMIT, MOTO]) if (wanted.includes(each.name)) rows.push(await pythonRow(each));
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(rows)}\n` : table(rows));
  // A chart only makes tests of that one version skip; a missing program takes away what the tests are for.
  const missing = rows.some((each) => each.missing && !each.name.startsWith('chart '));
  return missing && process.env.CI === 'true' ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
