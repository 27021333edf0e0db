/** Mount paths of the user's that meet lifeboat's, the data's, or each other. */
import { posix } from 'node:path';
import type { Problem } from '../config/problem.ts';
import type { Checked } from './checked.ts';
import { printed } from './values.ts';

/** Lifeboat's folder in the pod. */
const FOLDER = '/lifeboat';

/** What a restore renames into place on the data volume, and its own folder there. A mount point cannot be renamed. */
const RENAMED = ['.lifeboat', 'node-id', 'raft', 'vault.db'];

/** One spelling of a path, however many slashes and dots it was written with. */
function plain(path: string): string {
  return posix.normalize(`/${path}`).replace(/(?<=.)\/$/, '');
}

function below(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

interface Mount {
  readonly name: string;
  readonly path: string;
  /** Where in the values. */
  readonly where: string;
  readonly own: boolean;
}

function mountsOf({ facts }: Checked): readonly Mount[] {
  const own = new Map<unknown, number>(facts.own.volumeMounts.map((mount, index) => [mount, index]));
  return facts.mounts.map((mount) => {
    const index = own.get(mount);
    return {
      name: printed(mount.name),
      path: plain(printed(mount.mountPath)),
      where: index === undefined ? 'server.extraVolumes' : `server.volumeMounts.${index}`,
      own: index !== undefined,
    };
  });
}

function clash(mount: Mount, { config, facts, user }: Checked): Problem | undefined {
  const { path, where, name, own } = mount;
  const snapshots = 'directory' in config.store ? config.store.directory.path : undefined;
  if (below(path, FOLDER)) {
    return user.problem(
      where,
      `${path} is taken: ${FOLDER} is lifeboat's folder in the pod`,
      'Use another mountPath.',
    );
  }
  if (snapshots !== undefined && (below(path, snapshots) || below(snapshots, path))) {
    return user.problem(
      where,
      `store.directory.path ${snapshots} overlaps with ${path}, where the server mounts ${name}`,
      'Leave store.directory.path out.',
    );
  }
  const data = plain(facts.dataPath);
  if (own && RENAMED.some((part) => below(path, posix.join(data, part)))) {
    return user.problem(
      where,
      `${path} lies in what a restore renames into place, and a mount point cannot be renamed`,
      `Mount it elsewhere than below ${data}/{${RENAMED.join(',')}}.`,
    );
  }
  return undefined;
}

export function mountClashes(checked: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const mount of mountsOf(checked)) {
    const other = seen.get(mount.path);
    const found =
      other === undefined
        ? clash(mount, checked)
        : checked.user.problem(
            mount.where,
            `${mount.path} is the mountPath of ${mount.name} and of ${other}`,
            'Use another mountPath.',
          );
    if (found !== undefined) problems.push(found);
    // Of the mounts of a list the user may write one; those of the chart's stand wherever they do.
    if (!seen.has(mount.path)) seen.set(mount.path, mount.name);
  }
  return problems;
}
