/**
 * What was derived of the server from the user's values and the chart's defaults is compared with what the chart
 * makes of them: names, addresses, paths, storage and seal. Pure: the rendered objects in, sentences out.
 */
import { sealTypeOf, storageOf } from '../../contract/server-config.ts';
import { UNKNOWN_TEXT } from '../chart/server-config-text.ts';
import type { Plan } from '../plan/plan.ts';
import { shown } from './difference.ts';
import { type Manifest, type StatefulSet, serverIn } from './manifests.ts';

const CONFIG_FILE = 'extraconfig-from-values.hcl';

type Fact = readonly [what: string, planned: unknown, rendered: unknown];

/** The first label of an address: `vault-active` of `http://vault-active.vault.svc:8200`. */
function hostOf(address: string): string {
  return new URL(address).hostname.split('.')[0] ?? '';
}

function seenIn<T>(read: () => T): T | 'unreadable' {
  try {
    return read();
  } catch {
    return 'unreadable';
  }
}

/** What the server reads, as far as it can be seen. */
function configFacts(manifests: readonly Manifest[], { facts }: Plan): readonly Fact[] {
  if (facts.configProblem !== undefined) return [];
  const name = `${facts.fullname}-config`;
  const text = manifests.find((one) => one.kind === 'ConfigMap' && one.metadata.name === name)?.data?.[
    CONFIG_FILE
  ];
  if (text === undefined) return [[`the ConfigMap ${name} with ${CONFIG_FILE}`, 'there', undefined]];
  const storage = seenIn(() => storageOf(text));
  const found = storage === 'unreadable' ? undefined : storage;
  // A seal that comes from a variable of the environment is in no file.
  const planned = seenIn(() => sealTypeOf(facts.config.text));
  return [
    ['the storage in the configuration', facts.storage?.type, found?.type],
    ['the path of the storage', facts.storage?.path, found?.path],
    ['the seal in the configuration', planned ?? 'shamir', seenIn(() => sealTypeOf(text)) ?? 'shamir'],
  ];
}

function podFacts(set: StatefulSet, { facts, backup }: Plan): readonly Fact[] {
  const server = serverIn(set, facts.product);
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
  const data = server?.volumeMounts?.find(({ name }) => name === 'data')?.mountPath;
  return [
    ['the name of the StatefulSet', facts.fullname, set.metadata.name],
    ['the number of replicas', facts.replicas, set.spec.replicas],
    ['podManagementPolicy', facts.ordered ? 'OrderedReady' : 'Parallel', set.spec.podManagementPolicy],
    ['the Service of the pods', facts.internalService, set.spec.serviceName],
    ['the ServiceAccount', facts.account.name, set.spec.template.spec.serviceAccountName],
    ["the server's container", facts.product, server?.name],
    ['the mount of the claim data', facts.dataPath, claims.includes('data') ? data : undefined],
    ...backup.vault.peers.map(
      (peer): Fact => ['the name of a pod', hostOf(peer).replace(/-\d+$/, ''), set.metadata.name],
    ),
  ];
}

export function plannedDifferences(
  set: StatefulSet,
  manifests: readonly Manifest[],
  plan: Plan,
  chart: string,
): readonly string[] {
  const services = manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
  const service = hostOf(plan.backup.vault.address);
  const facts: readonly Fact[] = [
    ...podFacts(set, plan),
    ['the Service that the backup calls', service, services.find((name) => name === service)],
    ...configFacts(manifests, plan),
  ];
  // What only Helm can know was not planned.
  const known = facts.filter(([, planned]) => !String(planned).includes(UNKNOWN_TEXT));
  const wrong = known.filter(([, planned, rendered]) => planned !== rendered);
  const sentences = wrong.map(
    ([what, planned, rendered]) =>
      `${what}: planned is ${shown(planned)}, and ${chart} renders ${shown(rendered)}`,
  );
  return [...new Set(sentences)];
}
