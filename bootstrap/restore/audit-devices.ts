/** Whether the audit devices that a snapshot brings along can work in this container. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { messageOf } from '../../contract/errors.ts';
import type { Manifest } from '../../contract/manifest.ts';
import type { AuditFinding } from './preflight.ts';

type Device = NonNullable<Manifest['audit']>[number];

/** The server's own patience with a socket, by default. */
const DIAL_MILLISECONDS = 2000;

export async function lookAtAudit(devices: readonly Device[]): Promise<readonly AuditFinding[]> {
  return await Promise.all(devices.map(lookAt));
}

async function lookAt(device: Device): Promise<AuditFinding> {
  const { path, type } = device;
  if (type === 'file') return { path, type, ...(await lookAtFile(device.filePath ?? '')) };
  if (type === 'socket') return { path, type, ...(await lookAtSocket(device)) };
  return { path, type, works: undefined, detail: type };
}

async function lookAtFile(file: string): Promise<Pick<AuditFinding, 'works' | 'detail'>> {
  if (file === '') return { works: undefined, detail: 'file' };
  if (file === 'stdout' || file === 'discard') return { works: true, detail: file };
  try {
    const target = await stat(file).catch(() => undefined);
    if (target === undefined) await access(dirname(file), constants.W_OK | constants.X_OK);
    else await access(file, constants.W_OK);
    return { works: true, detail: file };
  } catch {
    return { works: false, detail: `file ${file} cannot be written` };
  }
}

/** As the server dials it, from the same pod. A datagram is sent whether somebody listens or not. */
async function lookAtSocket({
  address = '',
  socketType = 'tcp',
}: Device): Promise<Pick<AuditFinding, 'works' | 'detail'>> {
  const detail = `socket ${socketType} ${address}`;
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  if (socketType === 'unix' ? address === '' : !socketType.startsWith('tcp') || port === '')
    return { works: undefined, detail };
  const trouble = await dial(socketType === 'unix' ? { path: address } : { host, port: Number(port) });
  return trouble === undefined
    ? { works: true, detail }
    : { works: false, detail: `${detail} cannot be reached: ${trouble}` };
}

function dial(target: { path: string } | { host: string; port: number }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...target, timeout: DIAL_MILLISECONDS });
    const end = (trouble?: string): void => {
      socket.destroy();
      resolve(trouble);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end(`no answer within ${DIAL_MILLISECONDS / 1000} s`));
    socket.once('error', (error) => end(messageOf(error)));
  });
}
