/**
 * The mistakes that would hurt most, each as one change of the source, with the tests that must not let it through.
 * `npm run planted` plants them one after the other in a copy.
 */
export interface PlantedBug {
  readonly name: string;
  /** What it would do to somebody. */
  readonly harm: string;
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Files of tests, of which at least one test must fail. */
  readonly tests: readonly string[];
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'the pointer moves before the upload was read back',
    harm: 'the day everything is gone, the newest snapshot is one that the store never held whole',
    file: 'bootstrap/backup/backup.ts',
    from: "  await phases.time('readBack', () => readBackOrRemove(store, archive, signal));\n",
    to: `  const early = { version: 1, key: archive.key, sha256: archive.facts.archive.sha256 };
  await store.replace(POINTER, jsonBytes({ ...early, clusterId: facts.clusterId, taken: started.toISOString() }));
  await phases.time('readBack', () => readBackOrRemove(store, archive, signal));\n`,
    tests: ['bootstrap/backup/backup-failures.test.ts'],
  },
  {
    name: 'restored data is renamed before it is on the disk',
    harm: 'after a power cut the server starts on half of a database',
    file: 'bootstrap/restore/attempt-life.ts',
    from: '  await syncTree(data);\n',
    to: '  void syncTree;\n',
    tests: ['test/restore/power-cut.test.ts'],
  },
  {
    name: 'a file is renamed before it is on the disk',
    harm: 'after a power cut a mark is there and empty',
    file: 'bootstrap/durable.ts',
    from: '  await syncPath(temporary);\n',
    to: '',
    tests: ['test/restore/power-cut.test.ts'],
  },
  {
    name: 'a silent server counts as one without data',
    harm: 'a snapshot is restored beside two peers that only restart: two Vaults, and the younger one is lost',
    file: 'bootstrap/peers/decide.ts',
    from: "['empty', 'absent', 'uninitialised', 'assumed-lost']",
    to: "['empty', 'absent', 'uninitialised', 'assumed-lost', 'unknown']",
    tests: ['bootstrap/peers/decide.test.ts'],
  },
  {
    name: 'the verdict comes from the answer to the upload',
    harm: 'a restore that was lost after the answer is called RESTORED, and the server starts on fresh data',
    file: 'bootstrap/restore/prove.ts',
    from: "  if (await opensWith(context.freshKey, server)) return 'lost';\n",
    to: '  void opensWith;\n',
    tests: ['bootstrap/restore/prove.test.ts'],
  },
  {
    name: 'old snapshots are pruned whoever they belong to',
    harm: "a mistaken fresh install pushes the lost Vault's snapshots out",
    file: 'bootstrap/backup/prune.ts',
    from: 'manifest.cluster.id === clusterId && parseSnapshotKey',
    to: 'parseSnapshotKey',
    tests: ['bootstrap/backup/prune.test.ts'],
  },
];
