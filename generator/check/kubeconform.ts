/** Asks the user's own kubeconform, strictly. It reaches the network only where the user names `default` as a place of schemas. */
import { execa } from 'execa';
import { LifeboatError } from '../../contract/errors.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import type { Finding } from './finding.ts';

const SECONDS = 120;
/** Of objects that are defined by others (a ServiceMonitor): kubeconform was given no schema for them. */
const NO_SCHEMA = /could not find schema/;
const GOOD = ['statusValid', 'statusEmpty', 'statusSkipped'];

export interface KubeconformOptions {
  /** As `-schema-location` of kubeconform takes them. */
  readonly schemaLocations: readonly string[];
  readonly kubernetes: string;
}

interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly msg: string;
}

export type TypeCheck = { readonly findings: readonly Finding[] } | { readonly skipped: string };

function findingsOf(resources: readonly Resource[], source: YamlSource): readonly Finding[] {
  return resources
    .filter(({ status }) => !GOOD.includes(status))
    .map(({ kind, name, msg }) => ({
      ...source.at(['release', 'chartVersion'], `${kind}/${name}: ${msg}`),
      rule: 'kubernetes-types',
      level: NO_SCHEMA.test(msg) ? 'warning' : 'error',
    }));
}

export async function checkTypes(
  manifests: string,
  { schemaLocations, kubernetes }: KubeconformOptions,
  source: YamlSource,
): Promise<TypeCheck> {
  const program = process.env.KUBECONFORM_BIN || 'kubeconform';
  if (schemaLocations.length === 0) {
    return {
      skipped: 'no schemas are named: --schema-location PLACE, or "default" for those on the Internet',
    };
  }
  const places = schemaLocations.flatMap((place) => ['-schema-location', place]);
  // One worker, so that the results come in the order of the objects.
  const flags = ['-strict', '-n', '1', '-output', 'json', '-kubernetes-version', kubernetes, ...places, '-'];
  const { stdout, stderr, exitCode, timedOut } = await execa(program, flags, {
    input: manifests,
    reject: false,
    timeout: SECONDS * 1000,
  });
  if (timedOut) throw new LifeboatError('tool', `kubeconform did not end within ${SECONDS} seconds`);
  if (exitCode === undefined) return { skipped: `kubeconform is not here (${program})` };
  if (stdout === '') {
    throw new LifeboatError('tool', `kubeconform failed: ${stderr.trim()}`, {
      hint: 'Look at --schema-location and --kube-version, which it is given as they are.',
    });
  }
  const { resources = [] } = JSON.parse(stdout) as { readonly resources?: readonly Resource[] };
  return { findings: findingsOf(resources, source) };
}
