/** What each scenario begins with: a server that people installed, with data in it and a snapshot in the store. */
import type { Keys } from '../support/vault-operations.ts';
import type { Release } from './release.ts';
import type { Product } from './server-in-pod.ts';

const APPROLE = { backup: { auth: { approle: { secretRef: { name: 'backup-login' } } } } };

/** The backup's login in lifeboat.yaml: both ways are used. Vault's own kubernetes login: first-setup.scenario.ts. */
export const LOGINS = { openbao: {}, vault: APPROLE } as const satisfies Readonly<Record<Product, unknown>>;

/** From an empty namespace to a server that is Ready. */
export async function firstInstall(release: Release): Promise<Keys> {
  await release.prepare();
  await release.installServer();
  await release.server.answers();
  const keys = await release.server.init(release.options.autoUnseal);
  await release.giveShares(keys);
  if (!release.options.autoUnseal) await release.server.unseal(keys);
  await release.server.ready();
  return keys;
}

/** kv/app with this value, then a backup by the CronJob's own Job; resolves to the Job's log. */
export async function backUp(release: Release, keys: Keys, value: string, job = 'first'): Promise<string> {
  await release.server.writeSecret(keys.root, 'app', value);
  await release.setUpLogin(keys.root);
  await release.installBackup();
  return release.backupNow(job);
}

/** The day after: Secrets of the runbook, then the same line. Does not wait for the pods. */
export async function comeBack(release: Release, keys: Keys): Promise<void> {
  await release.prepare();
  await release.giveShares(keys);
  await release.installServer();
}
