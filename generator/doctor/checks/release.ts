/** Is the official chart's release there, in the version that everything was rendered for? */
import { type Answer, finding, ok, unknown } from '../../../contract/doctor.ts';
import type { Expected } from '../expected.ts';
import type { LiveFacts } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';

export function setOf({ plan }: Expected) {
  const { namespace } = plan.config.release;
  const { fullname } = plan.facts;
  return { what: `the StatefulSet ${namespace}/${fullname}`, right: `get statefulsets.apps -n ${namespace}` };
}

export function releaseAnswers(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { config, facts } = expected.plan;
  const check = 'release';
  const { what } = setOf(expected);
  return withSeen(
    live.set,
    { check, ...setOf(expected) },
    expected,
    ({ spec }) => {
      const wanted = `${facts.chart.name}-${config.release.chartVersion}`;
      const label = spec.template.metadata?.labels?.['helm.sh/chart'];
      if (label === undefined)
        return [
          unknown(
            check,
            `${what} has no label helm.sh/chart on its pods that tells its chart`,
            expected.commands.server,
          ),
        ];
      if (label !== wanted)
        return [
          finding(
            check,
            `${what} is of chart ${label}, and lifeboat.yaml names ${wanted}`,
            `set release.chartVersion to what is live, then ${expected.commands.render}; or ${expected.commands.server}`,
          ),
        ];
      return [ok(check, `${what}: chart ${label}, ${spec.replicas} replica(s)`)];
    },
    () => [
      finding(
        check,
        `${what} is not there`,
        `${expected.commands.server} (or name its cluster with --kube-context)`,
      ),
    ],
  );
}
