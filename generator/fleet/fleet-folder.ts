/** A folder with one file a cluster, and perhaps defaults.yaml for all of them. */
import path from 'node:path';
import { LifeboatError } from '../../contract/errors.ts';
import { isMap } from '../chart/values.ts';
import type { Problem } from '../config/problem.ts';
import { configSchema } from '../config/schema.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import type { Fleet } from './fleet.ts';
import { isFleetFile } from './fleet-file.ts';
import { folderProblems } from './folder-names.ts';

/** Top-level keys of the official charts' values. */
const VALUES_KEYS = ['server', 'injector', 'csi', 'ui', 'serverTelemetry', 'snapshotAgent'];

const DEFAULTS = 'defaults';

/** `clusters/eu-1.yaml` -> `eu-1` */
function clusterName(file: string): string {
  return path.basename(file).replace(/\.ya?ml$/, '');
}

export function isClusterFile(name: string): boolean {
  return /^[^.].*\.ya?ml$/.test(name);
}

function isValuesFile({ data }: YamlSource): boolean {
  if (!isMap(data)) return false;
  const keys = Object.keys(data);
  return (
    keys.some((key) => VALUES_KEYS.includes(key)) &&
    !keys.some((key) => Object.hasOwn(configSchema.properties, key))
  );
}

function fileProblems(source: YamlSource): readonly Problem[] {
  if (isFleetFile(source)) {
    return [
      source.at(['clusters'], 'a file of a folder is one cluster, and this one names clusters', {
        key: true,
        hint: 'Name the file itself with -f, or make one file of each cluster.',
      }),
    ];
  }
  if (isValuesFile(source)) {
    return [
      source.at([], 'this is a values file of the official chart, and each file here is a cluster', {
        hint: 'Put values files into a folder of their own, such as values/ in this folder.',
      }),
    ];
  }
  return [];
}

/** `sources` in the order of the clusters. */
export function fleetOfFolder(folder: string, sources: readonly YamlSource[]): Fleet {
  const problems = sources.flatMap(fileProblems);
  const unfit = new Set(problems.map(({ file }) => file));
  const fit = sources.filter(({ file }) => !unfit.has(file));
  const isDefaults = ({ file }: YamlSource): boolean => clusterName(file) === DEFAULTS;
  if (sources.every(isDefaults)) {
    throw new LifeboatError('usage', `${folder} holds no cluster: no file *.yaml of one is in it`, {
      hint: `One file a cluster, named as its folder in the output; ${DEFAULTS}.yaml is for all of them.`,
    });
  }
  problems.push(
    ...folderProblems(
      sources.map(({ file }) => clusterName(file)),
      (name, message, hint) => ({
        file: sources.findLast(({ file }) => clusterName(file) === name)?.file ?? folder,
        message,
        hint,
      }),
    ),
  );
  const own = fit.filter((source) => !isDefaults(source));
  return {
    common: fit.filter(isDefaults),
    clusters: new Map(own.map((source) => [clusterName(source.file), [source]])),
    problems,
  };
}
