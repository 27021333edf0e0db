/** The official charts as unpacked folders: from a variable, the cache, a clone of their repository, or by `helm pull`. */
import { access, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { withFileLock } from '../../../scripts/file-lock.mjs';
import { cacheFolder, type Environment } from './cache-folder.ts';
import { findTool, mayObtain } from './find-tool.ts';
import { ToolMissing } from './tool-missing.ts';

export type ChartName = 'vault' | 'openbao';

/** The versions that are kept in the cache. */
export const OFFICIAL_CHARTS: readonly { readonly chart: ChartName; readonly versions: readonly string[] }[] =
  [
    { chart: 'vault', versions: ['0.25.0', '0.28.1', '0.30.0', '0.32.0', '0.34.1'] },
    // The last one before its chart began to evaluate templates in init containers, and the one that is built in.
    { chart: 'openbao', versions: ['0.27.2', '0.29.2'] },
  ];

interface Origin {
  /** Folder or .tgz. */
  readonly variable: string;
  /** A clone. */
  readonly gitVariable: string;
  /** A clone beside this repository. */
  readonly beside: string;
  readonly tag: (version: string) => string;
  readonly folder: string;
  /** As Helm's own list of repositories knows it (`helm repo add`). */
  readonly reference: string;
}

const ORIGINS: Readonly<Record<ChartName, Origin>> = {
  vault: {
    variable: 'LIFEBOAT_VAULT_CHART',
    gitVariable: 'LIFEBOAT_VAULT_CHART_GIT',
    beside: 'vault-helm',
    tag: (version) => `v${version}`,
    folder: '',
    reference: 'hashicorp/vault',
  },
  openbao: {
    variable: 'LIFEBOAT_OPENBAO_CHART',
    gitVariable: 'LIFEBOAT_OPENBAO_CHART_GIT',
    beside: 'openbao-helm',
    tag: (version) => `openbao-${version}`,
    folder: 'charts/openbao',
    reference: 'openbao/openbao',
  },
};

const REPOSITORY_PARENT = path.resolve(import.meta.dirname, '../../../..');

/** Is the folder this very chart in this very version? */
async function isChart(folder: string, chart: ChartName, version: string): Promise<boolean> {
  const text = await readFile(path.join(folder, 'Chart.yaml'), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const facts: unknown = parse(text);
  return typeof facts === 'object' && facts !== null && isNamed(facts, chart, version);
}

function isNamed(facts: object, chart: ChartName, version: string): boolean {
  const { name, version: found } = facts as { name?: unknown; version?: unknown };
  return name === chart && found === version;
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

type Way = (into: string) => Promise<string>;

/** An archive of Helm's holds one folder with the chart's name. */
function unpack(archive: string, chart: ChartName): Way {
  return async (into) => {
    await execa('tar', ['-xzf', archive, '-C', into], { stdin: 'ignore' });
    return path.join(into, chart);
  };
}

function fromClone(clone: string, tag: string, folder: string): Way {
  return async (into) => {
    const archive = path.join(into, 'chart.tar');
    const tree = folder === '' ? tag : `${tag}:${folder}`;
    await execa('git', ['-C', clone, 'archive', '--output', archive, tree], { stdin: 'ignore' });
    const chart = path.join(into, 'chart');
    await mkdir(chart);
    await execa('tar', ['-xf', archive, '-C', chart], { stdin: 'ignore' });
    return chart;
  };
}

function pull(chart: ChartName, version: string, reference: string): Way {
  return async (into) => {
    const { path: helm } = await findTool('helm');
    const args = ['pull', reference, '--version', version, '--untar', '--untardir', into];
    await execa(helm, args, { stdin: 'ignore', timeout: 120_000 });
    return path.join(into, chart);
  };
}

async function ways(chart: ChartName, version: string, env: Environment): Promise<readonly [string, Way][]> {
  const origin = ORIGINS[chart];
  const found: [string, Way][] = [];
  const given = env[origin.variable];
  if (given !== undefined && given !== '') found.push([given, unpack(path.resolve(given), chart)]);
  const clone = env[origin.gitVariable] ?? path.join(REPOSITORY_PARENT, origin.beside);
  if (await exists(clone)) {
    found.push([`the clone ${clone}`, fromClone(clone, origin.tag(version), origin.folder)]);
  }
  if (mayObtain(env)) {
    found.push([`helm pull ${origin.reference}`, pull(chart, version, origin.reference)]);
  }
  return found;
}

async function obtain(chart: ChartName, version: string, place: string, env: Environment): Promise<void> {
  const problems: string[] = [];
  await mkdir(path.dirname(place), { recursive: true });
  for (const [from, way] of await ways(chart, version, env)) {
    const into = await mkdtemp(path.join(path.dirname(place), '.making-'));
    try {
      const folder = await way(into);
      if (await isChart(folder, chart, version)) {
        await rm(place, { recursive: true, force: true });
        await rename(folder, place);
        return;
      }
      problems.push(`${from} is not ${chart} ${version}`);
    } catch (error) {
      problems.push(`${from}: ${reasonOf(error)}`);
    } finally {
      await rm(into, { recursive: true, force: true });
    }
  }
  throw new ToolMissing(
    `the chart ${chart} ${version}`,
    problems.join('; ') || 'it is not here: run "npm run tools"',
  );
}

function reasonOf(error: unknown): string {
  const said = (error as { stderr?: unknown }).stderr;
  const text = typeof said === 'string' && said !== '' ? said : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}

/** The folder of the unpacked chart. Rejects with ToolMissing. */
export async function findOfficialChart(
  chart: ChartName,
  version: string,
  env: Environment = process.env,
): Promise<string> {
  const given = env[ORIGINS[chart].variable];
  if (given !== undefined && given !== '' && (await stat(given).catch(() => undefined))?.isDirectory()) {
    if (await isChart(given, chart, version)) return path.resolve(given);
  }
  const place = path.join(cacheFolder(env), 'charts', `${chart}-${version}`);
  if (await isChart(place, chart, version)) return place;
  await withFileLock(`${place}.lock`, async () => {
    if (!(await isChart(place, chart, version))) await obtain(chart, version, place, env);
  });
  return place;
}
