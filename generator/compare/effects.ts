/** What a change means, in words, where that matters more than the lines that differ. Pure. */
import { isMap, sameData, textAt, type Values, valueAt } from '../chart/values.ts';
import { type DeployedValues, type View, viewOf } from './view.ts';

export interface Effect {
  readonly level: 'warning' | 'info';
  readonly text: string;
}

const info = (text: string): Effect => ({ level: 'info', text });
const warning = (text: string): Effect => ({ level: 'warning', text });

function backupEffects(before: View, after: View): readonly Effect[] {
  const found: Effect[] = [];
  if (before.store !== undefined && after.store !== undefined && before.store !== after.store) {
    found.push(
      warning(
        `snapshots go elsewhere: ${after.store} instead of ${before.store}. Those that are there stay there; a restore looks in the new place alone, and the first backup there has no predecessor.`,
      ),
    );
  }
  if (before.schedule !== undefined && after.schedule !== undefined && before.schedule !== after.schedule)
    found.push(info(`backups run at ${after.schedule} instead of ${before.schedule}.`));
  if (!before.suspended && after.suspended) found.push(warning('backups are suspended: no more are taken.'));
  if (before.suspended && !after.suspended) found.push(info('backups are taken again.'));
  const [old, now] = [before.keepLast, after.keepLast];
  if (old !== undefined && now !== undefined && now < old)
    found.push(warning(`the next backup prunes all but the newest ${now} snapshots; today ${old} are kept.`));
  if (old !== undefined && now !== undefined && now > old)
    found.push(info(`${now} snapshots are kept instead of ${old}.`));
  if (before.image !== undefined && after.image !== undefined && before.image !== after.image)
    found.push(info(`the image of lifeboat is ${after.image} instead of ${before.image}.`));
  return found;
}

function unsealWords(restore: Values): string {
  if (textAt(restore, 'server.seal') === 'auto') return 'by the server itself';
  return valueAt(restore, 'restore.unseal.shares') === undefined
    ? 'by people'
    : 'with the shares of a Secret';
}

function snapshotWords(restore: Values): string {
  const choice = valueAt(restore, 'restore.snapshot');
  const [[kind, value] = ['latest', {}]] = Object.entries(isMap(choice) ? choice : {});
  return kind === 'latest'
    ? 'the newest one'
    : kind === 'before'
      ? `the newest before ${value}`
      : String(value);
}

function restoreEffects(old: Values | undefined, now: Values | undefined): readonly Effect[] {
  if (old === undefined && now === undefined) return [];
  if (old === undefined) return [info('server pods that find an empty disk restore from now on.')];
  if (now === undefined)
    return [warning('restores are taken away: server pods that find an empty disk start an empty Vault.')];
  const found: Effect[] = [];
  const [before, after] = [textAt(old, 'restore.whenNoSnapshot'), textAt(now, 'restore.whenNoSnapshot')];
  if (before !== after) {
    found.push(
      after === 'install'
        ? warning(
            'a store without a snapshot (a wrong bucket, prefix or name, too) gives a new, empty Vault.',
          )
        : info('a store without a snapshot stops the pod, instead of giving a new, empty Vault.'),
    );
  }
  if (unsealWords(old) !== unsealWords(now)) {
    const people = unsealWords(now) === 'by people';
    found.push(
      (people ? warning : info)(
        `the server is unsealed ${unsealWords(now)}, and was ${unsealWords(old)}${people ? ': after each restart somebody must give the shares' : ''}.`,
      ),
    );
  }
  if (snapshotWords(old) !== snapshotWords(now)) {
    found.push(
      info(`of the snapshots ${snapshotWords(now)} would be restored, instead of ${snapshotWords(old)}.`),
    );
  }
  return found;
}

/** Empty where nothing was deployed before. */
export function effects(before: DeployedValues, after: DeployedValues): readonly Effect[] {
  const [old, now] = [viewOf(before), viewOf(after)];
  return [
    ...backupEffects(old, now),
    ...(before.vault === undefined ? [] : restoreEffects(old.restore, now.restore)),
    ...(before.vault !== undefined && !sameData(before.vault, after.vault)
      ? [
          info(
            'the server pods take the new values of the official chart at their next restart: the chart never restarts them itself.',
          ),
        ]
      : []),
  ];
}
