/** One interface for the output formats of `lifeboat render`: each is a file beside this one and a line of formats.ts. */
import type { YamlSource } from '../config/yaml-source.ts';
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from '../render/file.ts';
import type { Places } from './places.ts';
import type { RequiredKey } from './required-keys.ts';

/** The objects of both charts, as Helm prints them. */
export interface ChartTexts {
  readonly backup: string;
  /** Absent where the official chart itself was not given. */
  readonly server?: string;
}

export interface FormatInput {
  readonly plan: Plan;
  /** lifeboat.yaml, for problems. */
  readonly source: YamlSource;
  readonly places: Places;
  /** For a format that consists of them. */
  readonly texts?: ChartTexts | undefined;
}

/** Pure: the same input gives the same bytes. Names of files are below the cluster's folder. */
export interface Format {
  /** Its files refer to each other, and to the copy of our chart, by path. */
  readonly refersByPath: boolean;
  /** It consists of what Helm makes of the charts. */
  readonly runsHelm?: true;
  /** What Helm's own commands can do without, and this format cannot. */
  readonly needs: readonly RequiredKey[];
  files(input: FormatInput): readonly RenderedFile[];
}
