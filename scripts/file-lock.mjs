/** One process at a time, by a file: for the dependencies, the build and the servers of the tests. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A holder on another host (a shared folder) cannot be asked whether it lives: after this time it is given up. */
const FOREIGN_LIMIT = 20 * 60_000;

/** Process ids are used again; together with the start time they name one process. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isLeft(file, holder) {
  const [host, pid, start] = holder.split(' ');
  if (host === hostname()) return startOf(pid) !== start;
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > FOREIGN_LIMIT;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Takes away the lock of a dead process. Someone else may do so at the same time, and hold it by now. */
function clear(file, holder) {
  const aside = `${file}.${process.pid}.left`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  try {
    if (read(aside) !== holder) linkSync(aside, file);
  } finally {
    rmSync(aside, { force: true });
  }
}

function take(file, me) {
  const own = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(own, me);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Runs `work` while no other process holds the lock. `onWait` is called once where it has to wait. */
export async function withFileLock(file, work, onWait = () => {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const me = `${hostname()} ${process.pid} ${startOf(process.pid)} ${Math.random()}`;
  let told = false;
  while (!take(file, me)) {
    const holder = read(file);
    if (holder === undefined) continue;
    if (isLeft(file, holder)) {
      clear(file, holder);
      continue;
    }
    if (!told) onWait();
    told = true;
    await delay(100);
  }
  const release = () => {
    if (read(file) === me) rmSync(file, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}
