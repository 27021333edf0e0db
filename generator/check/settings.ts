/** What one run of `lifeboat check` is told. */
import type { GivenChart } from '../chart/choose-chart.ts';
import type { KubeconformOptions } from './kubeconform.ts';

export interface CheckSettings extends KubeconformOptions {
  /** Official charts that were named with --chart. */
  readonly charts: readonly GivenChart[];
  /** Another version of the official chart, or its place: would it take what is rendered for the one that is pinned? */
  readonly against?: string | undefined;
  /** Whether a chart may be fetched. Nothing else asks the network. */
  readonly pull: boolean;
  /** Why everything that needs Helm is left out; undefined where it is not. */
  readonly withoutCharts: string | undefined;
  readonly requireKubeconform: boolean;
  /** The folder that must hold what is rendered. */
  readonly out?: string | undefined;
  /** The command that brings that folder up to date. */
  readonly renderCommand: string;
}
