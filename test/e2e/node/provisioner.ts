/**
 * The volumes of the node, on demand, as a cluster's own provisioner makes them: a folder for each claim that waits for
 * its first pod, and gone with the claim. A stand-in for a cloud's driver; binding and scheduling are the real ones.
 */
import { chown, mkdir, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ADDRESSES, FILES } from './layout.ts';

export const STORAGE_CLASS = 'lifeboat-e2e';
export const PROVISIONER = 'lifeboat-e2e/folder';

/** The official charts' servers run as these; the kubelet gives a folder of the node to nobody. */
const SERVER_USER = 100;
const SERVER_GROUP = 1000;

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

interface Listed<T> {
  readonly items: readonly T[];
}

interface Claim {
  readonly metadata: {
    readonly uid: string;
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly storageClassName?: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status: { readonly phase: string };
}

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly storageClassName?: string };
  readonly status: { readonly phase: string };
}

async function api(): Promise<(method: string, where: string, body?: unknown) => Promise<unknown>> {
  const pki = (name: string): Promise<Buffer> => readFile(path.join(FILES.pki, name));
  const agent = new Agent({
    ca: await pki('ca.crt'),
    cert: await pki('admin.crt'),
    key: await pki('admin.key'),
    keepAlive: true,
  });
  return (method, where, body) =>
    new Promise((resolve, reject) => {
      const options = { agent, host: ADDRESSES.node, port: 6443, path: where, method };
      const asked = request({ ...options, headers: { 'content-type': 'application/json' } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          // 404 and 409: somebody was faster.
          if (status < 300 || status === 404 || status === 409) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${where}: ${status} ${text}`));
        });
      });
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

function waits(claim: Claim): boolean {
  return (
    claim.spec.storageClassName === STORAGE_CLASS &&
    claim.status.phase === 'Pending' &&
    claim.metadata.deletionTimestamp === undefined &&
    claim.metadata.annotations?.[SELECTED_NODE] !== undefined
  );
}

const folderOf = (volume: string): string => path.join(FILES.volumes, volume);

async function volumeFor({ metadata, spec }: Claim): Promise<unknown> {
  const name = `pvc-${metadata.uid}`;
  await mkdir(folderOf(name), { recursive: true });
  await chown(folderOf(name), SERVER_USER, SERVER_GROUP);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: spec.resources.requests.storage },
      accessModes: spec.accessModes,
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: STORAGE_CLASS,
      claimRef: {
        kind: 'PersistentVolumeClaim',
        apiVersion: 'v1',
        namespace: metadata.namespace,
        name: metadata.name,
        uid: metadata.uid,
      },
      hostPath: { path: folderOf(name) },
    },
  };
}

async function main(): Promise<void> {
  const ask = await api();
  await ask('POST', '/apis/storage.k8s.io/v1/storageclasses', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: STORAGE_CLASS },
    provisioner: PROVISIONER,
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  for (;;) {
    try {
      const claims = (await ask('GET', '/api/v1/persistentvolumeclaims')) as Listed<Claim>;
      for (const claim of claims.items.filter(waits))
        await ask('POST', '/api/v1/persistentvolumes', await volumeFor(claim));
      const volumes = (await ask('GET', '/api/v1/persistentvolumes')) as Listed<Volume>;
      for (const { metadata, spec, status } of volumes.items) {
        if (spec.storageClassName !== STORAGE_CLASS || status.phase !== 'Released') continue;
        await rm(folderOf(metadata.name), { recursive: true, force: true });
        await ask('DELETE', `/api/v1/persistentvolumes/${metadata.name}`);
      }
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
    }
    await delay(500);
  }
}

if (process.argv[1] === import.meta.filename) await main();
