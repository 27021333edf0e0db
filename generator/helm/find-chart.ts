/** Where the official chart itself is: named by the user, kept from another time, or pulled if the user asks for it. */
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LifeboatError } from '../../contract/errors.ts';
import { chartNameOf } from '../chart/official-charts.ts';
import { cacheFolder } from './cache-folder.ts';
import { runHelm } from './run-helm.ts';

export interface WantedChart {
  /** As Helm knows it: `hashicorp/vault`, `oci://...`. */
  readonly reference: string;
  /** URL of its repository, where lifeboat.yaml says it: then no alias of Helm's is needed. */
  readonly repository?: string | undefined;
  /** The chart's own name. */
  readonly name: string;
  readonly version: string;
}

function exists(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}

/** What `helm pull` is told, besides the version. */
function pullWords({ reference, repository }: WantedChart): readonly string[] {
  if (repository === undefined || reference.startsWith('oci://')) return [reference];
  const name = chartNameOf(reference);
  return repository.startsWith('oci://')
    ? [`${repository.replace(/\/+$/, '')}/${name}`]
    : [name, '--repo', repository];
}

async function pull(wanted: WantedChart, folder: string): Promise<string> {
  const { name, version } = wanted;
  const words = [...pullWords(wanted), '--version', version];
  await mkdir(folder, { recursive: true });
  // Beside its place, since a rename does not cross file systems.
  const into = await mkdtemp(path.join(folder, '.pulling-'));
  try {
    const answer = await runHelm(['pull', ...words, '--destination', into]);
    if (!answer.ok) {
      throw new LifeboatError('tool', `helm pull ${words.join(' ')}: ${answer.reason}`, {
        hint: 'helm repo add, as the documentation of the official chart says, or release.repository in lifeboat.yaml; or give the chart with --chart FOLDER-OR-TGZ.',
      });
    }
    const [archive] = await readdir(into);
    if (archive === undefined)
      throw new LifeboatError('tool', `helm pull ${words.join(' ')} brought nothing`);
    const place = path.join(folder, `${name}-${version}.tgz`);
    await rename(path.join(into, archive), place);
    return place;
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

/** A folder or a .tgz. Throws a LifeboatError with the next command where it is not here and may not be pulled. */
export async function findChart(wanted: WantedChart, mayPull: boolean): Promise<string> {
  const { name, version } = wanted;
  const words = pullWords(wanted).join(' ');
  const folder = path.join(cacheFolder(), 'charts');
  for (const kept of [`${name}-${version}`, `${name}-${version}.tgz`]) {
    const place = path.join(folder, kept);
    if (await exists(place)) return place;
  }
  if (mayPull) return pull(wanted, folder);
  throw new LifeboatError('usage', `the chart ${name} ${version} is not on this machine`, {
    hint: `Let it be fetched once with --pull (helm pull ${words} --version ${version}), or name it with --chart FOLDER-OR-TGZ.`,
  });
}
