/** What lies on the volumes of a namespace's claims, by name and size: from the machine's own folders, or out of the pods. */
import path from 'node:path';
import { listing } from './folder-listing.ts';
import { tryKubectl } from './kubernetes.ts';
import { surroundings } from './surroundings.ts';

interface Listed<T> {
  readonly items: readonly T[];
}

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly claimRef?: { readonly namespace: string; readonly name: string } };
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly containers: readonly {
      readonly name: string;
      readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
  };
}

async function items<T>(...args: readonly string[]): Promise<readonly T[]> {
  const { stdout } = await tryKubectl(['get', ...args, '-o', 'json']);
  return stdout === '' ? [] : (JSON.parse(stdout) as Listed<T>).items;
}

async function onThisMachine(namespace: string, volumes: string): Promise<string> {
  const parts: string[] = [];
  for (const { metadata, spec } of await items<Volume>('pv')) {
    if (spec.claimRef?.namespace !== namespace) continue;
    parts.push(`--- ${spec.claimRef.name}\n${await listing(path.join(volumes, metadata.name))}`);
  }
  return `${parts.join('\n')}\n`;
}

/** A pod whose container does not run cannot be asked: its error stands in the place of the listing. */
async function outOfThePods(namespace: string): Promise<string> {
  const parts: string[] = [];
  for (const { metadata, spec } of await items<Pod>('pods', '-n', namespace)) {
    for (const { name, volumeMounts = [] } of spec.containers) {
      const data = volumeMounts.find((mount) => mount.name === 'data');
      if (data === undefined) continue;
      const list = ['sh', '-c', 'find "$1" -exec ls -ldn {} +', 'sh', data.mountPath];
      const args = ['exec', metadata.name, '-n', namespace, '-c', name, '--', ...list];
      const { stdout, stderr } = await tryKubectl(args);
      parts.push(`--- ${metadata.name}\n${stdout}${stderr}`);
    }
  }
  return `${parts.join('\n')}\n`;
}

export function volumesOf(namespace: string): Promise<string> {
  const { volumesFolder } = surroundings();
  return volumesFolder === undefined ? outOfThePods(namespace) : onThisMachine(namespace, volumesFolder);
}
