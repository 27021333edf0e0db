/** The contract over the fake that other tests use. */
import { createMemoryStore } from '../../bootstrap/store/memory.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { snapshotStoreContract } from './snapshot-store.ts';

snapshotStoreContract('memory', async () => ({
  open: () => createMemoryStore(),
  leftovers: async () => [],
  broken: async () => ({
    'a fault of every call': {
      store: createMemoryStore({
        before() {
          throw new LifeboatError('store', 'the disk of the fake is gone', { retryable: true });
        },
      }),
      retryable: true,
      says: /the disk of the fake is gone/,
    },
  }),
  secrets: [],
  stop: async () => {},
}));
