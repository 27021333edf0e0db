/** The contract over a folder. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createDirectoryStore } from '../../bootstrap/store/directory.ts';
import { snapshotStoreContract } from './snapshot-store.ts';

snapshotStoreContract('directory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-directory-'));
  const root = join(folder, 'root');
  const file = join(folder, 'file');
  await mkdir(root);
  await writeFile(file, '');
  let count = 0;
  return {
    open: () => createDirectoryStore({ path: root }, `vault-${++count}`),
    async leftovers() {
      const found = await readdir(root, { recursive: true });
      return found.filter((path) => basename(path).startsWith('.'));
    },
    broken: async () => ({
      'a volume that is not mounted': {
        store: createDirectoryStore({ path: join(folder, 'absent') }, 'vault'),
        retryable: false,
        says: /absent does not exist/,
      },
      'a path to a file': {
        store: createDirectoryStore({ path: file }, 'vault'),
        retryable: false,
        says: /is a file and not a folder/,
      },
    }),
    secrets: [],
    stop: () => rm(folder, { recursive: true }),
  };
});
