/** Clusters of a fleet whose snapshots would stand in one place of one store, and so prune and restore each other's. */
import type { Config, DirectoryStore, Store } from '../config/config.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';

/** Volumes whose meaning depends on the cluster or node: equal words are not the same place. */
const LOCAL_VOLUMES = ['persistentVolumeClaim', 'hostPath', 'local'];

/** A bucket or container of one endpoint, and the folder in it. */
function bucketPlace(kind: string, names: readonly string[], endpoint = ''): string {
  return JSON.stringify([kind, ...names, endpoint.replace(/\/+$/, '').toLowerCase()]);
}

function volumePlace({ volume }: DirectoryStore): string | undefined {
  if (LOCAL_VOLUMES.some((kind) => Object.hasOwn(volume, kind))) return undefined;
  return JSON.stringify(['volume', volume]);
}

function storePlace(store: Store): string | undefined {
  if ('s3' in store) return bucketPlace('s3', [store.s3.bucket, store.s3.prefix], store.s3.endpoint);
  if ('gcs' in store) return bucketPlace('gcs', [store.gcs.bucket, store.gcs.prefix], store.gcs.endpoint);
  if ('azure' in store) {
    const { account, container, prefix, endpoint } = store.azure;
    return bucketPlace('azure', [account, container, prefix], endpoint);
  }
  return volumePlace(store.directory);
}

/** Where the snapshots of a cluster stand; undefined where that cannot be told, or where it writes none. */
function placeOf({ store, name, backup }: Config): string | undefined {
  if (!backup.enabled) return undefined;
  const place = storePlace(store);
  return place === undefined ? undefined : `${place} ${name}`;
}

export function sharedSnapshots(
  clusters: readonly { readonly folder: string; readonly loaded: LoadedConfig }[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const first = new Map<string, string>();
  for (const { folder, loaded } of clusters) {
    const { config, source } = loaded;
    const place = placeOf(config);
    if (place === undefined) continue;
    const other = first.get(place);
    if (other === undefined) first.set(place, folder);
    else {
      const problem = source.at(
        ['name'],
        `${other} and ${folder} are both named ${config.name} in the same store: their snapshots would mix`,
        {
          hint: 'Give each Vault a name of its own, or a prefix. One that only restores sets backup.enabled: false; a copy to try a restore, restore.rehearsalOf.',
        },
      );
      problems.push({ ...problem, clusters: [folder] });
    }
  }
  return problems;
}
