/** What the section on another namespace says of this release: a copy of it, rendered by a layer over lifeboat.yaml. */
import type { Config } from '../config/config.ts';
import { shellQuote } from './text.ts';

const SUFFIX = '-rehearsal';
/** What Kubernetes allows for a namespace's name. */
const NAME_LIMIT = 63;
/** Written beside lifeboat.yaml by the commands of that section. */
const VALUES_FILE = 'rehearsal-values.yaml';

export interface RehearsalFacts {
  readonly rehearsalNamespace: string;
  /** The list of values files, for a here-document in which the shell expands variables. */
  readonly rehearsalValues: string;
  readonly rehearsalInstall: string;
}

export function rehearsalFacts({ release }: Config): RehearsalFacts {
  const { namespace, chart, chartVersion, values } = release;
  const files = [...values, VALUES_FILE];
  const given = files.map((file) => ` -f ${shellQuote(file)}`).join('');
  return {
    rehearsalNamespace: `${namespace.slice(0, NAME_LIMIT - SUFFIX.length)}${SUFFIX}`,
    rehearsalValues: JSON.stringify(files).replaceAll(/[\\$`]/g, '\\$&'),
    rehearsalInstall: `helm upgrade --install "$NEW_RELEASE" ${shellQuote(chart)} --version ${shellQuote(chartVersion)} -n "$NEW_NAMESPACE"${given} -f "$OUT-rehearsal/vault-values.yaml"`,
  };
}
