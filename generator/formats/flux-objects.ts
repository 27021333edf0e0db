/** Objects of Flux for a release that must outlive every failure: nothing here ever uninstalls or rolls back. */
import type { Config } from '../config/config.ts';
import { officialChart } from './official-chart.ts';

/** Removing the file from git leaves the object, and what it has installed. */
export const KEPT = { 'kustomize.toolkit.fluxcd.io/prune': 'Disabled' } as const;

const SOURCE_API = 'source.toolkit.fluxcd.io/v1';

export interface ServerChart {
  readonly repository: object;
  /** What a HelmRelease says to mean it. */
  readonly reference: object;
}

/** The official chart, as Flux is told of it. */
export function fluxServerChart(config: Config, name: string): ServerChart {
  const { url, oci, name: chart, version } = officialChart(config);
  const { namespace } = config.release;
  const metadata = { name, namespace };
  if (oci) {
    const layerSelector = {
      mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      operation: 'copy',
    };
    const spec = { interval: '1h', url: `oci://${url}/${chart}`, ref: { tag: version }, layerSelector };
    return {
      repository: { apiVersion: SOURCE_API, kind: 'OCIRepository', metadata, spec },
      reference: { chartRef: { kind: 'OCIRepository', name, namespace } },
    };
  }
  const sourceRef = { kind: 'HelmRepository', name, namespace };
  return {
    repository: { apiVersion: SOURCE_API, kind: 'HelmRepository', metadata, spec: { interval: '1h', url } },
    reference: { chart: { spec: { chart, version, sourceRef } } },
  };
}

interface Named {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Helm does not wait: a server that waits for its shares is not ready, and that is no failed release. What does fail
 * is tried again as it is; Flux's other way (remediation) would uninstall or roll back.
 */
export function fluxRelease(
  { name, namespace }: Named,
  chart: object,
  values: { readonly name: string; readonly keys: readonly string[] },
): object {
  const action = { disableWait: true, strategy: { name: 'RetryOnFailure', retryInterval: '5m' } };
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace, annotations: KEPT },
    spec: {
      interval: '1h',
      releaseName: name,
      ...chart,
      install: action,
      upgrade: action,
      valuesFrom: values.keys.map((valuesKey) => ({ kind: 'ConfigMap', name: values.name, valuesKey })),
    },
  };
}
