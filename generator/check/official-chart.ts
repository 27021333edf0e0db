/** Everything that can be said about one rendering of the official chart with our overlay. Pure. */
import type { Values } from '../chart/values.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import type { Plan } from '../plan/plan.ts';
import { lostValues } from './arrival.ts';
import type { Finding, Rule } from './finding.ts';
import { type Manifest, statefulSetIn } from './manifests.ts';
import { sightDifferences } from './same-sight.ts';
import { plannedDifferences } from './server-as-planned.ts';

export interface OfficialRendering {
  readonly overlay: Values;
  readonly manifests: readonly Manifest[];
  readonly plan: Plan;
  /** `vault 0.34.1` */
  readonly chart: string;
}

export function officialFindings(rendering: OfficialRendering, source: YamlSource): readonly Finding[] {
  const { overlay, manifests, plan, chart } = rendering;
  const set = statefulSetIn(manifests);
  const of = (rule: Rule, sentences: readonly string[]): readonly Finding[] =>
    sentences.map((sentence) => ({
      ...source.at(['release', 'chartVersion'], sentence),
      rule,
      level: 'error',
    }));
  if (set === undefined)
    return of('server-as-planned', [`${chart} renders no StatefulSet with these values`]);
  return [
    ...of('value-arrives', lostValues(overlay, set, manifests, plan, chart)),
    ...of('server-as-planned', plannedDifferences(set, manifests, plan, chart)),
    ...of('restore-sees-the-server', sightDifferences(set, plan, chart)),
  ];
}
