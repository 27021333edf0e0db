/** What is worth a look, though nothing stops. */
import { backupIdentityWarnings } from './backup-identity.ts';
import { containerWarnings } from './check-containers.ts';
import { probeWarnings } from './check-probe.ts';
import { raftConfigWarnings } from './check-raft-config.ts';
import { replicaWarnings } from './check-replicas.ts';
import type { Checked } from './checked.ts';
import { identityWarnings } from './identity-warnings.ts';
import { caWarning } from './server-ca.ts';
import { isSet, textAt } from './values.ts';
import { variableWarnings } from './variable-clashes.ts';

/** One sentence each. */
export function warnings(checked: Checked): readonly string[] {
  const { facts, user, config } = checked;
  const found: string[] = [];
  const { image, store, restore } = config;
  if (image.digest === undefined && (image.pullPolicy === 'Always' || image.tag === 'latest')) {
    found.push(
      'image: a tag that moves, or pullPolicy Always, makes every start of Vault depend on the registry; use a digest and IfNotPresent.',
    );
  }
  if ('directory' in store) {
    if (store.directory.volume.hostPath !== undefined) {
      found.push(
        'store.directory: a hostPath is a folder of one node; it is lost with that node, and other nodes do not see it.',
      );
    }
    const kind = Object.keys(store.directory.volume)[0] ?? '';
    if (!['persistentVolumeClaim', 'csi'].includes(kind)) {
      found.push(
        `store.directory: Pod Security \`restricted\` admits no volume of kind ${kind}; where the namespace enforces it, use a persistentVolumeClaim.`,
      );
    }
    if (restore.enabled) {
      found.push(
        'store.directory: the kubelet mounts the volume before anything starts; while it cannot, Vault does not start either.',
      );
    }
  }
  found.push(...backupIdentityWarnings(config));
  if (restore.enabled) found.push(...identityWarnings(config, facts.account));
  if (restore.enabled && !facts.rights.hasFsGroup && !facts.rights.isRoot) {
    found.push(
      'server.statefulSet.securityContext.pod: without fsGroup the Secrets that lifeboat mounts can be read by root alone, and the server is not root; add fsGroup.',
    );
  }
  if (facts.scheme === 'https' && config.tls?.ca === undefined) {
    found.push(caWarning(checked));
  }
  found.push(...raftConfigWarnings(checked));
  if (restore.enabled) {
    found.push(
      ...replicaWarnings(checked),
      ...probeWarnings(checked),
      ...containerWarnings(checked),
      ...variableWarnings(checked),
    );
  }
  const policy = 'server.persistentVolumeClaimRetentionPolicy';
  for (const [when, what] of [
    ['whenDeleted', 'the release'],
    ['whenScaled', 'the replica, when fewer are asked for'],
  ] as const) {
    if (textAt(user.effective, `${policy}.${when}`) === 'Delete') {
      found.push(
        `${policy}.${when}: Delete removes the data with ${what}; then the newest snapshot is all there is.`,
      );
    }
  }
  if (restore.enabled && isSet(user.effective, 'server.hostNetwork')) {
    found.push(
      'server.hostNetwork: the private server of a restore listens on loopback, which here is that of the whole node: every process of the node can reach it while it runs.',
    );
  }
  return found;
}
