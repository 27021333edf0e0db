/** Generated histories of a data directory in memory: crashes after any single operation, people, and two pods. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ModelDisk, podStart, type Scene } from '../../test/restore/disk-model.ts';
import { nextStep } from './phase.ts';

/** What a person or a server does to the live paths while no pod is at work. */
const PEOPLE = {
  'puts their own data there': (disk: ModelDisk) => {
    disk.live.clear();
    for (const part of disk.made) disk.live.set(part, 'foreign vault');
  },
  'takes the data away': (disk: ModelDisk) => disk.live.clear(),
  'starts a server and never initialises it': (disk: ModelDisk) => {
    if (disk.live.size > 0) return;
    for (const part of disk.made) disk.live.set(part, 'uninitialised');
  },
  'leaves a lone node-id': (disk: ModelDisk) => {
    // Not between two renames of a swap: whose the renamed part is cannot be told from its path.
    const halfSwapped = [...disk.attempts.values()].some(
      ({ proven, parts }) => parts.size > 0 && parts.size < (proven?.length ?? 0),
    );
    if (disk.live.size === 0 && !halfSwapped) disk.live.set('node-id', 'uninitialised');
  },
  'initialises the server that was started': (disk: ModelDisk) => {
    if (disk.live.get('vault.db') !== 'uninitialised' || !disk.live.has('raft')) return;
    for (const part of disk.made) disk.live.set(part, 'foreign vault');
  },
  'removes the newest attempt': (disk: ModelDisk) => {
    const newest = Math.max(...disk.attempts.keys());
    // Not while part of it is live already: that part would then be the only one of its Vault.
    if (nextStep(disk.state()).step !== 'finish-swap') disk.attempts.delete(newest);
  },
} as const;

const scene: fc.Arbitrary<Scene> = fc.record({ nodeId: fc.boolean(), raftMarked: fc.boolean() });
const person = fc.constantFrom(...(Object.keys(PEOPLE) as (keyof typeof PEOPLE)[]));

/** All that the pods may not change: what stands at the live paths, and who made it. */
function foreignParts(disk: ModelDisk): string {
  return JSON.stringify([...disk.live].filter(([, origin]) => origin === 'foreign vault'));
}

/** How many parts of never initialised servers there are, live or moved aside. */
function uninitialised(disk: ModelDisk): number {
  return [disk.live, ...disk.aside]
    .flatMap((folder) => [...folder.values()])
    .filter((o) => o === 'uninitialised').length;
}

function requireOneOrigin(disk: ModelDisk): void {
  assert.ok(disk.origins().size <= 1, `mixed: ${JSON.stringify([...disk.live])}`);
}

/** Runs a pod until it ends or crashes after `operations` of its operations. */
function run(disk: ModelDisk, operations: number): 'serves' | 'refused' | 'crashed' {
  const before = { foreign: foreignParts(disk), uninitialised: uninitialised(disk) };
  const pod = podStart(disk);
  for (let done = 0; ; done++) {
    const left = nextStep(disk.state()).step === 'leave' && done === 0 ? JSON.stringify([...disk.live]) : '';
    const { value, done: ended } = pod.next();
    if (left !== '') assert.equal(JSON.stringify([...disk.live]), left, 'a Vault was touched');
    assert.equal(foreignParts(disk), before.foreign, "somebody's Vault was moved, replaced or mixed");
    assert.equal(uninitialised(disk), before.uninitialised, 'a part was deleted instead of moved aside');
    if (ended) {
      requireOneOrigin(disk);
      return value === 'serves' ? 'serves' : 'refused';
    }
    if (done === operations) return 'crashed';
  }
}

/** When crashes stop, a few starts bring the server up on whole data. */
function requireConverges(disk: ModelDisk): void {
  for (let starts = 1; starts <= 2; starts++) {
    if (run(disk, Number.POSITIVE_INFINITY) !== 'serves') continue;
    assert.equal(nextStep(disk.state()).step, 'leave', 'the server would start without data');
    assert.deepEqual([...disk.live.keys()].sort(), [...disk.made].sort());
    return;
  }
  assert.fail('two starts without a crash did not finish');
}

test('crashes after any operation, and people in between: one origin, nothing foreign touched, finished', () => {
  const event = fc.oneof(
    { weight: 3, arbitrary: fc.nat({ max: 14 }) },
    { weight: 1, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
    { weight: 2, arbitrary: person },
  );
  const seen = new Set<string>();
  fc.assert(
    fc.property(scene, fc.array(event, { maxLength: 12 }), (what, events) => {
      const disk = new ModelDisk(what);
      for (const happens of events) {
        if (typeof happens === 'string') PEOPLE[happens](disk);
        else {
          seen.add(nextStep(disk.state()).step);
          run(disk, happens);
        }
      }
      requireConverges(disk);
    }),
    { numRuns: 5000 },
  );
  assert.deepEqual([...seen].sort(), ['finish-swap', 'leave', 'restore', 'swap']);
});

test('two pods on one claim, each crashing anywhere: one origin, nothing foreign touched, finished', () => {
  // Which pod goes on, or that it crashes and is started anew. A pod's last look and its first rename are one step
  // here: nothing on a shared file system could keep another pod out of the time between them.
  const event = fc.record({ pod: fc.constantFrom(0, 1), crash: fc.integer({ min: 0, max: 9 }) });
  let refusals = 0;
  fc.assert(
    fc.property(scene, fc.boolean(), fc.array(event, { maxLength: 60 }), (what, foreign, events) => {
      const disk = new ModelDisk(what);
      if (foreign) PEOPLE['starts a server and never initialises it'](disk);
      const pods: (ReturnType<typeof podStart> | undefined)[] = [undefined, undefined];
      for (const { pod, crash } of events) {
        const running = pods[pod] ?? podStart(disk);
        pods[pod] = running;
        const { value, done } = running.next();
        if (done && value === 'refused') refusals++;
        if (done && value === 'serves') requireOneOrigin(disk);
        if (done || crash === 0) pods[pod] = undefined;
      }
      requireConverges(disk);
    }),
    { numRuns: 3000 },
  );
  assert.ok(refusals > 0, 'no pod ever met the other');
});
