/** backup.json: what the backup is told, for `lifeboat snapshots` on a day when no ConfigMap is there to ask. */
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from './file.ts';

function sorted(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

export function backupConfigFile({ backup }: Plan): RenderedFile {
  return { name: 'backup.json', text: `${JSON.stringify(backup, sorted, 2)}\n` };
}
