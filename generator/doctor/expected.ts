/** What `lifeboat doctor` compares with, and the commands that bring it about, with the user's own names. */
import { type ClusterTarget, helmFlags, kubectlFlags } from '../../cluster/target.ts';
import { DEFAULT_INPUT } from '../../contract/doctor.ts';
import type { Values } from '../chart/values.ts';
import type { Plan } from '../plan/plan.ts';
import { install } from '../render/runbook-commands.ts';
import { shellQuote } from '../render/text.ts';

/** How the user called the command. */
export interface Called {
  /** `-f` and what names the same configuration to another command. */
  readonly inputs: readonly string[];
  /** The folder of this cluster's rendered files. */
  readonly out: string;
  /** That of all clusters, as render takes it. */
  readonly outOfAll: string;
  readonly target: ClusterTarget;
}

export interface Commands {
  readonly render: string;
  /** The official chart, our values last. */
  readonly server: string;
  /** Our chart. */
  readonly backup: string;
  readonly rights: string;
  readonly firstBackup: string;
  /** kubectl with the user's own cluster, and these words. */
  kubectl(words: string): string;
  /** What came out of a pod, which knows no names of files. */
  named(fix: string): string;
}

export interface Expected {
  readonly plan: Plan;
  /** vault-values.yaml as data. */
  readonly overlay: Values;
  readonly commands: Commands;
}

function words(list: readonly string[]): string {
  return list.map((word) => ` ${shellQuote(word)}`).join('');
}

export function commandsOf(plan: Plan, { inputs, out, outOfAll, target }: Called): Commands {
  const { names, config } = plan;
  const { namespace } = config.backup;
  const file = (name: string): string => shellQuote(`${out}/${name}`);
  const kubectl = (rest: string): string => `kubectl${words(kubectlFlags(target))} ${rest}`;
  const official = install(plan, true).replace('"$OUT/vault-values.yaml"', () => file('vault-values.yaml'));
  const named = inputs.map(shellQuote).join(' ');
  const job = `${names.lifeboat}-now`;
  return {
    render: `lifeboat render ${named} -o ${shellQuote(outOfAll)} --with-chart`,
    server: `${official}${words(helmFlags(target))}`,
    backup: `helm upgrade --install ${names.lifeboat} ${file('charts/vault-lifeboat')} -n ${namespace} -f ${file('lifeboat-values.yaml')}${words(helmFlags(target))}`,
    rights: kubectl(`apply -f ${file('rbac.yaml')}`),
    firstBackup: kubectl(`create job -n ${namespace} --from=cronjob/${names.lifeboat} ${job}`),
    kubectl,
    named: (fix) => fix.replaceAll(DEFAULT_INPUT, () => named),
  };
}
