/** Audit devices of the scenarios, and the volume that the chart makes for the log of one. */
import type { ServerInPod } from './server-in-pod.ts';
import { surroundings } from './surroundings.ts';

/** `server.auditStorage` of the chart's values. */
export function auditStorage(): Readonly<Record<string, unknown>> {
  const { storageClass } = surroundings();
  return { enabled: true, size: '1Gi', ...(storageClass === undefined ? {} : { storageClass }) };
}

export const AUDIT_FILE = '/vault/audit/audit.log';

/** `vault audit enable` with these words. */
export async function enableAudit(
  server: ServerInPod,
  root: string,
  ...device: readonly string[]
): Promise<void> {
  const { code, stderr } = await server.run(['audit', 'enable', ...device], root);
  if (code !== 0) throw new Error(`audit enable ${device.join(' ')}: ${stderr}`);
}
