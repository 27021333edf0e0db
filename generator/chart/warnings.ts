/** What is worth a look, though nothing stops. */
import type { Checked } from './checked.ts';
import { identityWarnings } from './identity-warnings.ts';
import { isSet, isTrue, textAt } from './values.ts';

/** One sentence each. */
export function warnings({ facts, user, config }: Checked): readonly string[] {
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
    if (restore.enabled) {
      found.push(
        'store.directory: the kubelet mounts the volume before anything starts; while it cannot, Vault does not start either.',
      );
    }
  }
  if (restore.enabled) found.push(...identityWarnings(config, facts.account));
  if (restore.enabled && !facts.rights.hasFsGroup && !facts.rights.isRoot) {
    found.push(
      'server.statefulSet.securityContext.pod: without fsGroup the Secrets that lifeboat mounts can be read by root alone, and the server is not root; add fsGroup.',
    );
  }
  if (facts.scheme === 'https' && config.tls?.ca === undefined) {
    found.push('vault.tls.ca is not set: the certificate of the server must come from a public CA.');
  }
  if (
    isTrue(user.effective, 'server.livenessProbe.enabled') &&
    isSet(user.effective, 'server.livenessProbe.execCommand')
  ) {
    found.push(
      'server.livenessProbe.execCommand: make sure that it lets a sealed and a not yet initialised server live.',
    );
  }
  if (textAt(user.effective, 'server.persistentVolumeClaimRetentionPolicy.whenDeleted') === 'Delete') {
    found.push(
      'server.persistentVolumeClaimRetentionPolicy.whenDeleted: Delete removes the data with the release; then the newest snapshot is all there is.',
    );
  }
  return found;
}
