/** Names and mount paths of the user's that lifeboat needs for itself. */
import type { Problem } from '../config/problem.ts';
import type { Checked } from './checked.ts';
import { isMap, listAt, printed } from './values.ts';

const PREFIX = 'lifeboat-';
const FOLDER = '/lifeboat';

function below(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

export function nameClashes({ user, facts, config }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  for (const list of ['extraInitContainers', 'extraContainers', 'volumes', 'volumeMounts']) {
    for (const [index, entry] of listAt(user.effective, `server.${list}`).entries()) {
      if (!isMap(entry)) continue;
      const name = printed(entry.name);
      if (name.startsWith(PREFIX)) {
        problems.push(
          user.problem(
            `server.${list}.${index}`,
            `the name ${name} is taken: names that begin with ${PREFIX} are lifeboat's`,
            'Use another name. If this file is a vault-values.yaml of lifeboat, do not list it in release.values.',
          ),
        );
      }
    }
  }
  const snapshots = 'directory' in config.store ? config.store.directory.path : undefined;
  for (const mount of facts.mounts) {
    const path = printed(mount.mountPath);
    if (below(path, FOLDER) && !printed(mount.name).startsWith(PREFIX)) {
      problems.push(
        user.problem(
          'server.volumeMounts',
          `${path} is taken: ${FOLDER} is lifeboat's folder in the pod`,
          'Use another mountPath.',
        ),
      );
    }
    if (snapshots !== undefined && (below(path, snapshots) || below(snapshots, path))) {
      problems.push(
        user.problem(
          'server.volumeMounts',
          `store.directory.path ${snapshots} overlaps with ${path}, where the server mounts ${printed(mount.name)}`,
          'Leave store.directory.path out.',
        ),
      );
    }
  }
  return problems;
}
