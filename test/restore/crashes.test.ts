/**
 * The model's histories again, on real files with the real functions: the process dies at any change of the disk.
 * The private server is played by files with its maker's name and the marks that the servers leave.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLog } from '../../bootstrap/log.ts';
import { readDisk } from '../../bootstrap/restore/attempt-folder.ts';
import { completeAttempt, createAttempt, removeUnproven } from '../../bootstrap/restore/attempt-life.ts';
import { exists, PARTS, type Part } from '../../bootstrap/restore/data-directory.ts';
import { finishSwap, swap } from '../../bootstrap/restore/final-renames.ts';
import { nextStep } from '../../bootstrap/restore/phase.ts';
import { dyingAt } from './crashing-files.ts';
import { PLAIN_RECEIPT } from './plain-receipt.ts';

// In memory where that is possible: thousands of syncs are made, and it is the order that is tried, not the disk.
const TMP = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const log = createLog({ format: 'text', part: 'test', write: () => {} });

const FILES: Readonly<Record<Part, string>> = {
  'node-id': 'node-id',
  raft: 'raft/raft.db',
  'vault.db': 'vault.db',
};

/** What a server of that origin makes in a folder. */
async function make(folder: string, parts: readonly Part[], origin: string): Promise<void> {
  const marks = origin === 'uninitialised' ? 'nothing yet' : 'core/keyring';
  await mkdir(folder, { recursive: true });
  for (const part of [...parts].reverse()) {
    if (part === 'raft') await mkdir(join(folder, 'raft'), { recursive: true });
    await writeFile(join(folder, FILES[part]), `${origin}\n${part === 'node-id' ? '' : marks}\n`);
  }
}

async function clear(data: string): Promise<void> {
  for (const part of PARTS) await rm(join(data, part), { recursive: true, force: true });
}

/** The live parts and who made each. */
async function live(data: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const part of PARTS) {
    if (!(await exists(join(data, part)))) continue;
    found[part] = (await readFile(join(data, FILES[part]), 'utf8')).split('\n')[0] ?? '';
  }
  return found;
}

const stepOf = async (data: string): Promise<string> => nextStep(await readDisk(data)).step;

let restores = 0;

/** The road of both init containers, as init-container.ts, run-restore.ts and restore.ts walk it. */
async function podStart(data: string, parts: readonly Part[]): Promise<void> {
  const step = nextStep(await readDisk(data));
  if (step.step === 'leave') return;
  if (step.step === 'finish-swap') return await finishSwap(data, step.attempt, step.parts, log);
  if (step.step === 'swap') return await swap(data, step.attempt, log);
  await removeUnproven(data);
  const attempt = await createAttempt(data);
  await make(attempt.data, parts, `restore ${++restores}`);
  await completeAttempt(attempt, PLAIN_RECEIPT);
  await swap(data, attempt.number, log);
}

const PEOPLE = {
  'put their own data there': async (data: string, parts: readonly Part[]) => {
    await clear(data);
    await make(data, parts, 'foreign vault');
  },
  'take the data away': clear,
  'start a server and never initialise it': async (data: string, parts: readonly Part[]) => {
    if (Object.keys(await live(data)).length === 0) await make(data, parts, 'uninitialised');
  },
} as const;

const parts = fc.constantFrom<readonly Part[]>(PARTS, ['raft', 'vault.db']);
const event = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(PEOPLE) as (keyof typeof PEOPLE)[])) },
);

test('a process that dies at any change of the disk leaves one origin, and nothing foreign is touched', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(TMP, 'crashes-'));
  let crashes = 0;
  await fc.assert(
    fc.asyncProperty(parts, fc.array(event, { minLength: 1, maxLength: 6 }), async (made, events) => {
      const data = await mkdtemp(join(folder, 'data-'));
      let step = await stepOf(data);
      for (const happens of [...events, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]) {
        if (typeof happens === 'string') {
          await PEOPLE[happens](data, made);
          step = await stepOf(data);
          continue;
        }
        const before = await live(data);
        const end = await dyingAt(happens, () => podStart(data, made));
        const after = await live(data);
        if (end === 'crashed') crashes++;
        else assert.equal(end, 'done', JSON.stringify(end));
        if (step === 'leave') assert.deepEqual(after, before, 'a Vault was touched');
        step = await stepOf(data);
        if (step === 'leave') requireWhole(after, made);
        requireNothingLost(await aside(data), before, after);
      }
      assert.equal(step, 'leave', 'two starts without a crash did not finish');
      requireWhole(await live(data), made);
      await rm(data, { recursive: true });
    }),
    { numRuns: 200 },
  );
  await rm(folder, { recursive: true });
  assert.ok(crashes > 200, `only ${crashes} crashes`);
});

function requireWhole(found: Readonly<Record<string, string>>, made: readonly Part[]): void {
  assert.deepEqual(Object.keys(found).sort(), [...made].sort());
  assert.equal(new Set(Object.values(found)).size, 1, `mixed: ${JSON.stringify(found)}`);
}

/** What was live and is not any more stands aside, whole. */
function requireNothingLost(
  moved: readonly string[],
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): void {
  for (const [part, origin] of Object.entries(before))
    if (after[part] !== origin)
      assert.ok(moved.includes(`${part} ${origin}`), `${part} of ${origin} is lost`);
}

async function aside(data: string): Promise<readonly string[]> {
  const own = join(data, '.lifeboat');
  const folders = (await readdir(own).catch(() => [])).filter((name) => name.startsWith('aside-'));
  const found = await Promise.all(folders.map((name) => live(join(own, name))));
  return found.flatMap((entry) => Object.entries(entry).map(([part, origin]) => `${part} ${origin}`));
}

test('an attempt that another pod removed is not marked, nor is the new one of its number', async () => {
  const data = await mkdtemp(join(TMP, 'crashes-'));
  const mine = await createAttempt(data);
  await make(mine.data, ['raft', 'vault.db'], 'mine');

  assert.deepEqual(await removeUnproven(data), [1]);
  await assert.rejects(completeAttempt(mine, PLAIN_RECEIPT), { exit: 'refused' });
  const theirs = await createAttempt(data);
  assert.equal(theirs.number, mine.number);
  await make(theirs.data, ['raft', 'vault.db'], 'theirs, unproven');
  await assert.rejects(completeAttempt(mine, PLAIN_RECEIPT), { exit: 'refused' });

  assert.deepEqual(nextStep(await readDisk(data)), { step: 'restore' });
  await completeAttempt(theirs, PLAIN_RECEIPT);
  assert.equal(nextStep(await readDisk(data)).step, 'swap');
  await rm(data, { recursive: true });
});

test('an attempt without its database or its log is not marked', async () => {
  const data = await mkdtemp(join(TMP, 'crashes-'));
  for (const part of ['raft', 'vault.db'] as const) {
    const attempt = await createAttempt(data);
    await make(attempt.data, ['node-id', part], 'half');
    await assert.rejects(completeAttempt(attempt, PLAIN_RECEIPT), { exit: 'refused' });
  }
  await rm(data, { recursive: true });
});

test('a live path that is taken is never replaced', async () => {
  const data = await mkdtemp(join(TMP, 'crashes-'));
  const attempt = await createAttempt(data);
  await make(attempt.data, ['raft', 'vault.db'], 'restored');
  await completeAttempt(attempt, PLAIN_RECEIPT);
  await make(data, ['vault.db'], 'foreign vault');

  await assert.rejects(swap(data, attempt.number, log), { exit: 'refused', message: /changed while/ });
  await rename(join(attempt.data, 'raft'), join(data, 'raft'));
  await assert.rejects(finishSwap(data, attempt.number, ['vault.db'], log), {
    exit: 'refused',
    message: /vault\.db appeared while/,
  });

  assert.equal((await live(data))['vault.db'], 'foreign vault');
  await rm(data, { recursive: true });
});
