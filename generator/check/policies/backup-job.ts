/** What holds of the backup's CronJob beside its container: one at a time, and behind a NetworkPolicy. */
import { isMap, listAt, mapAt, type Values, valueAt } from '../../chart/values.ts';
import { lifeboatValues } from '../../render/lifeboat-values.ts';
import { cronJobIn } from '../manifests.ts';
import type { Policy } from './view.ts';

export const oneBackupAtATime: Policy = ({ own }) => {
  const job = cronJobIn(own);
  if (job === undefined || job.spec.concurrencyPolicy === 'Forbid') return [];
  return [
    {
      message: `CronJob/${job.metadata.name}: concurrencyPolicy is ${job.spec.concurrencyPolicy ?? 'not set'}, and two backups would race for the pointer`,
      path: ['backup', 'schedule'],
    },
  ];
};

function selects(policy: Values, labels: Values): boolean {
  const wanted = mapAt(policy, 'spec.podSelector.matchLabels');
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

function portsOf(policy: Values): readonly unknown[] {
  return listAt(policy, 'spec.egress')
    .filter(isMap)
    .flatMap((rule) => listAt(rule, 'ports').filter(isMap))
    .map(({ port }) => port);
}

/** It is there where the values ask for it, holds the backup's pod, lets nothing in, and lets out what the backup calls. */
export const networkPolicy: Policy = ({ own, plan }) => {
  const asked = mapAt(lifeboatValues(plan), 'networkPolicy');
  const job = cronJobIn(own);
  if (asked.enabled !== true || job === undefined) return [];
  const labels = mapAt(job as unknown as Values, 'spec.jobTemplate.spec.template.metadata.labels');
  const policy = own.find(
    (one) => one.kind === 'NetworkPolicy' && selects(one as unknown as Values, labels),
  ) as Values | undefined;
  const at = (message: string) => ({ message, path: ['backup'] });
  if (policy === undefined) return [at('no NetworkPolicy selects the pods of the backup')];
  const types = listAt(policy, 'spec.policyTypes');
  const missing = listAt(asked, 'egressPorts').filter((port) => !portsOf(policy).includes(port));
  return [
    ...['Ingress', 'Egress']
      .filter((type) => !types.includes(type))
      .map((type) => at(`the NetworkPolicy says nothing about ${type}`)),
    ...(valueAt(policy, 'spec.ingress') === undefined || listAt(policy, 'spec.ingress').length === 0
      ? []
      : [at('the NetworkPolicy lets others call the backup')]),
    ...missing.map((port) => at(`the NetworkPolicy keeps the backup from port ${String(port)}`)),
  ];
};
