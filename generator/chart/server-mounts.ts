/** The volume mounts of the server's container, as the chart renders them and in its order. */
import type { ServerMode } from './names.ts';
import type { OfficialChart } from './official-charts.ts';
import { hasLicense } from './server-env.ts';
import { isMap, isSet, isTrue, listAt, printed, textAt, type Values } from './values.ts';

export type Mount = Values;

export function serverMounts(chart: OfficialChart, values: Values, mode: ServerMode): readonly Mount[] {
  const { product } = chart;
  const mounts: Mount[] = [];
  if (isTrue(values, 'server.auditStorage.enabled')) {
    mounts.push({ name: 'audit', mountPath: textAt(values, 'server.auditStorage.mountPath') });
  }
  const data = mode === 'standalone' || isTrue(values, 'server.ha.raft.enabled');
  if (data && isTrue(values, 'server.dataStorage.enabled')) {
    mounts.push({ name: 'data', mountPath: textAt(values, 'server.dataStorage.mountPath') });
  }
  if (isSet(values, 'server.standalone.config') || isSet(values, 'server.ha.config')) {
    mounts.push({ name: 'config', mountPath: `/${product}/config` });
  }
  for (const volume of listAt(values, 'server.extraVolumes').filter(isMap)) {
    const folder = printed(volume.path) || `/${product}/userconfig`;
    mounts.push({
      name: `userconfig-${printed(volume.name)}`,
      readOnly: true,
      mountPath: `${folder}/${printed(volume.name)}`,
    });
  }
  mounts.push(...listAt(values, 'server.volumeMounts').filter(isMap));
  if (hasLicense(chart, values)) {
    mounts.push({ name: 'vault-license', mountPath: '/vault/license', readOnly: true });
  }
  mounts.push({ name: 'home', mountPath: `/home/${product}` });
  return mounts;
}
