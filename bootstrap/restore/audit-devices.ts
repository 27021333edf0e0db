/** Whether the audit devices that a snapshot brings along can work in this container. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Manifest } from '../../contract/manifest.ts';
import type { AuditFinding } from './preflight.ts';

type Device = NonNullable<Manifest['audit']>[number];

export async function lookAtAudit(devices: readonly Device[]): Promise<readonly AuditFinding[]> {
  return await Promise.all(devices.map(lookAt));
}

async function lookAt(device: Device): Promise<AuditFinding> {
  const file = device.filePath;
  if (device.type !== 'file' || file === undefined || file === '') {
    return { path: device.path, works: undefined, detail: device.type };
  }
  if (file === 'stdout' || file === 'discard') return { path: device.path, works: true, detail: file };
  try {
    const target = await stat(file).catch(() => undefined);
    if (target === undefined) await access(dirname(file), constants.W_OK | constants.X_OK);
    else await access(file, constants.W_OK);
    return { path: device.path, works: true, detail: file };
  } catch {
    return { path: device.path, works: false, detail: `file ${file} cannot be written` };
  }
}
