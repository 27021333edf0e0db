/** Asks the user's own kubeconform, strictly. It reaches the network only where the user names `default` as a place of schemas. */
import { execa } from 'execa';
import { LifeboatError } from '../../contract/errors.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import type { Finding } from './finding.ts';

const SECONDS = 120;
/** Of objects that are defined by others (a ServiceMonitor): kubeconform was given no schema for them. */
const NO_SCHEMA = /could not find schema/;
/** Of a place on the network that does not answer: no object is to blame, and no other would fare better. */
const NOT_FETCHED = /^(?:failed downloading|error while downloading) schema at (\S+?):? (.*)$/s;
/** Every Kubernetes knows it. Each object whose schema is not fetched takes seconds of attempts, so one is tried first. */
const ANY_OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: any}\n';
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

/** The network's own words stand last in a long chain. */
function requireFetched(resources: readonly Resource[]): void {
  for (const { msg } of resources) {
    const [, url, reason = ''] = NOT_FETCHED.exec(msg) ?? [];
    if (url === undefined) continue;
    const words = reason.split(': ').slice(-2).join(': ');
    throw new LifeboatError('tool', `the schemas cannot be fetched: ${url}: ${words}`, {
      hint: 'Without network give kubeconform a folder of schemas: --schema-location FOLDER (docs/ci.md); or leave --schema-location out, and the types are not checked.',
    });
  }
}

async function ask(
  program: string,
  flags: readonly string[],
  input: string,
): Promise<readonly Resource[] | undefined> {
  const { stdout, stderr, exitCode, timedOut } = await execa(program, flags, {
    input,
    reject: false,
    timeout: SECONDS * 1000,
  });
  if (timedOut) throw new LifeboatError('tool', `kubeconform did not end within ${SECONDS} seconds`);
  if (exitCode === undefined) return undefined;
  if (stdout === '') {
    throw new LifeboatError('tool', `kubeconform failed: ${stderr.trim()}`, {
      hint: 'Look at --schema-location and --kube-version, which it is given as they are.',
    });
  }
  const { resources = [] } = JSON.parse(stdout) as { readonly resources?: readonly Resource[] };
  requireFetched(resources);
  return resources;
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
  if (schemaLocations.some((place) => /^default$|^https?:/.test(place)))
    await ask(program, flags, ANY_OBJECT);
  const resources = await ask(program, flags, manifests);
  if (resources === undefined) return { skipped: `kubeconform is not here (${program})` };
  return { findings: findingsOf(resources, source) };
}
