/** Ends and unmounts everything of the test node, of this run or of one that crashed. Harmless where nothing is left. */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { endDaemons, type Started } from './daemons.ts';
import { FILES, NODE_FOLDER } from './layout.ts';
import { NAMESPACE_FILE, removeNetwork } from './network.ts';

/** All processes but this one of which something holds; one that ended meanwhile does not count. */
function processes(holds: (pid: number) => boolean): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return holds(pid);
      } catch {
        return false;
      }
    });
}

/** Containers outlive the daemon that started them: their shims name our socket in their command line. */
function shims(): readonly number[] {
  return processes((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(FILES.containerdSocket),
  );
}

/** Processes whose root is in a container of ours. */
function contained(): readonly number[] {
  const mark = `${NODE_FOLDER}/`;
  return processes((pid) =>
    readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
      .split('\n')
      .some((line) => line.split(' ')[4] === '/' && line.includes(mark)),
  );
}

/** Daemons, scenarios and their stores: nothing else is in the node's network. */
function inNetwork(): readonly number[] {
  if (!existsSync(NAMESPACE_FILE)) return [];
  const network = `net:[${statSync(NAMESPACE_FILE).ino}]`;
  return processes((pid) => readlinkSync(`/proc/${pid}/ns/net`) === network);
}

function mounts(): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((place) => place.startsWith(`${NODE_FOLDER}/`))
    .toReversed();
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went by itself.
    }
  }
}

function startedBefore(): readonly Started[] {
  return existsSync(FILES.pids) ? (JSON.parse(readFileSync(FILES.pids, 'utf8')) as readonly Started[]) : [];
}

export async function clearNode(): Promise<void> {
  await endDaemons(startedBefore());
  const end = Date.now() + 20_000;
  for (;;) {
    const left = [...inNetwork(), ...shims(), ...contained()];
    if (left.length === 0 || Date.now() > end) break;
    kill(left);
    await delay(100);
  }
  // A mount may be below another one that is still there: until none is left.
  for (let round = 0; round < 5 && mounts().length > 0; round++) {
    for (const place of mounts()) await execa('umount', ['-l', place], { reject: false, stdin: 'ignore' });
  }
  await removeNetwork();
  if (mounts().length > 0) throw new Error(`these are still mounted: ${mounts().join(', ')}`);
  await rm(NODE_FOLDER, { recursive: true, force: true });
}
