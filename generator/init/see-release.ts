/** What init can know of the release: from flags, the user's values files, or a release that runs. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ClusterTarget } from '../../cluster/target.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { unreadableWords } from '../../contract/system-words.ts';
import {
  findOfficialChart,
  knownCharts,
  type OfficialChart,
  type Product,
} from '../chart/official-charts.ts';
import { readChart } from '../chart/read-chart.ts';
import { type CaReference, caOf } from '../chart/server-ca.ts';
import { serverFacts } from '../chart/server-facts.ts';
import { readUserValues, type ValuesFile } from '../chart/user-values.ts';
import { sameData, type Values } from '../chart/values.ts';
import { HiddenSecrets } from '../compare/hidden-secrets.ts';
import { ConfigError } from '../config/problem.ts';
import { parseYaml } from '../config/yaml-source.ts';
import { type LiveRelease, liveRelease } from '../helm/live-release.ts';
import { yamlText } from '../render/yaml-text.ts';
import type { Release } from './draft.ts';
import { namespaceOf, newestChart, productOf, withoutOverlay } from './own-values.ts';

export interface ReleaseWanted extends ClusterTarget {
  /** Names of the release and its namespace; with `fromRelease` of the one that runs. */
  readonly release?: string | undefined;
  readonly namespace?: string | undefined;
  readonly fromRelease?: string | undefined;
  readonly product?: Product | undefined;
  readonly chartVersion?: string | undefined;
  /** Folder or .tgz of the official chart. */
  readonly chart?: string | undefined;
  /** Values files as the command line names them. */
  readonly values?: readonly string[] | undefined;
  /** Where the values of a release that runs go. */
  readonly valuesOut?: string | undefined;
  /** Where lifeboat.yaml goes: its values are named relative to it. */
  readonly out?: string | undefined;
}

export interface ReleaseSeen {
  readonly release: Release;
  readonly chart: OfficialChart;
  readonly valuesFiles: readonly ValuesFile[];
  readonly ca: CaReference | undefined;
  /** Whether the server speaks TLS. */
  readonly tls: boolean;
  readonly seal: 'shamir' | 'auto';
  /** False where a file that cannot be seen may name the seal. */
  readonly sealIsSeen: boolean;
  /** The text for `valuesOut`. */
  readonly liveValues?: string;
  readonly notes: readonly string[];
}

async function readValues(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LifeboatError('usage', unreadableWords(file, error), {
      hint: 'Name your values file of the official chart with --values FILE; helm get values RELEASE -n NAMESPACE prints those of a release that runs.',
      cause: error,
    });
  }
}

async function running(wanted: ReleaseWanted): Promise<LiveRelease | undefined> {
  const { fromRelease, namespace, values = [], valuesOut } = wanted;
  if (fromRelease === undefined) {
    if (valuesOut === undefined) return undefined;
    throw new LifeboatError('usage', '--values-out is for the values of a release that runs', {
      hint: 'Name the release with --from-release.',
    });
  }
  if (namespace === undefined) {
    throw new LifeboatError('usage', `in which namespace is the release ${fromRelease}?`, {
      hint: `lifeboat init --from-release ${fromRelease} -n NAMESPACE`,
    });
  }
  if (values.length > 0 === (valuesOut !== undefined)) {
    throw new LifeboatError(
      'usage',
      'the values of a release are your files, or are written into one: one of --values and --values-out',
      { hint: `lifeboat init --from-release ${fromRelease} -n ${namespace} --values-out my-values.yaml` },
    );
  }
  const live = await liveRelease({ name: fromRelease, namespace }, wanted);
  if (live !== undefined) return live;
  throw new LifeboatError(
    'tool',
    `there is no release ${fromRelease} in namespace ${namespace} of this cluster`,
    {
      hint: 'helm list -A shows what is there; name another cluster with --kube-context.',
    },
  );
}

async function chartFor(
  wanted: ReleaseWanted,
  live: LiveRelease | undefined,
  own: Values,
): Promise<OfficialChart> {
  if (wanted.chart !== undefined) return readChart(wanted.chart);
  const name = wanted.product ?? live?.chart.name ?? productOf(own);
  const version = wanted.chartVersion ?? live?.chart.version;
  if (version === undefined) return newestChart(name === 'openbao' ? 'openbao' : 'vault');
  const found = findOfficialChart(name, version);
  if (found !== undefined) return found;
  throw new LifeboatError(
    'usage',
    `the chart ${name} ${version} is not built in; these are: ${knownCharts()}`,
    {
      hint: 'Give the chart itself with --chart FOLDER-OR-TGZ.',
    },
  );
}

const REFERENCES: Readonly<Record<Product, string>> = {
  vault: 'hashicorp/vault',
  openbao: 'openbao/openbao',
};

/** Where nobody says how the file is called. */
const EXPECTED_VALUES = 'my-values.yaml';

/** Throws a ConfigError where the values files are no YAML. */
export async function seeRelease(wanted: ReleaseWanted): Promise<ReleaseSeen> {
  const live = await running(wanted);
  const notes: string[] = [];
  const { values: named = [], valuesOut, out } = wanted;
  const folder = path.dirname(path.resolve(out ?? 'lifeboat.yaml'));
  const relative = (file: string): string => path.relative(folder, path.resolve(file));
  const given = await Promise.all(
    named.map(async (file) => ({
      file: relative(file),
      place: path.resolve(file),
      text: await readValues(file),
    })),
  );
  const supplied = withoutOverlay(live?.values ?? {});
  const written =
    live === undefined || valuesOut === undefined
      ? undefined
      : yamlText(
          supplied.values,
          `The values of release ${wanted.fromRelease}, as it runs in ${wanted.namespace}.`,
        );
  const files: readonly ValuesFile[] =
    written === undefined || valuesOut === undefined
      ? given
      : [{ file: relative(valuesOut), place: path.resolve(valuesOut), text: written }];

  // Only to read them: where they stand in lifeboat.yaml is not known yet.
  const config = parseYaml(out ?? 'lifeboat.yaml', '{}', { version: '1.2' });
  const bare = readUserValues({}, files, config);
  if (bare.problems.length > 0) throw new ConfigError(bare.problems);
  const { own } = bare.values;
  const chart = await chartFor(wanted, live, own);
  const name = wanted.release ?? wanted.fromRelease ?? chart.product;
  const namespace = wanted.namespace ?? namespaceOf(own) ?? name;
  const { effective } = readUserValues(chart.values, files, config).values;
  const facts = serverFacts(chart, effective, { name, namespace });

  if (supplied.hadOverlay)
    notes.push('the release runs with an overlay of lifeboat; it was left out of the values.');
  if (written !== undefined && new HiddenSecrets().inText(written) !== written) {
    notes.push(
      `${valuesOut} holds what looks like secrets: put them into Kubernetes Secrets before you commit it.`,
    );
  }
  if (live !== undefined && written === undefined && !sameData(own, supplied.values)) {
    notes.push(
      'your values are not those that the release runs with: lifeboat plan --live shows the difference.',
    );
  }
  return {
    release: {
      name,
      namespace,
      chart: REFERENCES[chart.product],
      chartVersion: chart.version,
      values: files.length === 0 ? [EXPECTED_VALUES] : files.map(({ file }) => file),
    },
    chart,
    valuesFiles: files,
    tls: facts.scheme === 'https',
    ca: facts.scheme === 'https' ? caOf(facts, effective) : undefined,
    seal: facts.sealType === undefined ? 'shamir' : 'auto',
    sealIsSeen: !facts.hasUnseenConfig,
    ...(written === undefined ? {} : { liveValues: written }),
    notes,
  };
}
