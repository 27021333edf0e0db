/** Several clusters, out of one file or one folder. */
import type { Problem } from '../config/problem.ts';
import type { YamlSource } from '../config/yaml-source.ts';

export interface Fleet {
  /** Layers that all clusters have in common. */
  readonly common: readonly YamlSource[];
  /** What each cluster lays over them, by the name of its folder; in a stable order. */
  readonly clusters: ReadonlyMap<string, readonly YamlSource[]>;
  /** What is wrong besides what each cluster says. A part that cannot be used is left out of the clusters. */
  readonly problems: readonly Problem[];
}
