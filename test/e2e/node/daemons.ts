/** The node's daemons: started in its network, each with a log of its own, and known by their process ids alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FILES } from './layout.ts';
import { ENTER } from './network.ts';

export interface Daemon {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What is needed to end a process that an earlier run started, and no other that has its number by now. */
export interface Started {
  readonly name: string;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: the time of its start, in ticks since boot. */
  readonly startTicks: string;
}

export function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

export class Daemons {
  readonly #signal: AbortSignal;
  readonly #started: Started[] = [];
  readonly #children = new Map<string, ChildProcess>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  start({ name, program, args, env }: Daemon): void {
    // What is being ended gets no new processes.
    this.#signal.throwIfAborted();
    const log = openSync(path.join(FILES.logs, `${name}.log`), 'a');
    const [enter, ...how] = ENTER;
    const child = spawn(enter, [...how, program, ...args], {
      stdio: ['ignore', log, log],
      detached: true,
      env: { ...process.env, ...env },
    });
    child.unref();
    const { pid } = child;
    if (pid === undefined) throw new Error(`${name} cannot be started`);
    this.#children.set(name, child);
    this.#started.push({ name, pid, startTicks: startTicksOf(pid) ?? '' });
    // A run may be killed while it writes.
    writeFileSync(`${FILES.pids}.new`, JSON.stringify(this.#started));
    renameSync(`${FILES.pids}.new`, FILES.pids);
  }

  /** The last lines of its log where it has ended, for the error. */
  problemOf(name: string): string | undefined {
    const child = this.#children.get(name);
    if (child === undefined || (child.exitCode === null && child.signalCode === null)) return undefined;
    return readFileSync(path.join(FILES.logs, `${name}.log`), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-5)
      .join('\n');
  }
}

/** Ends the processes of a run, the last started first; waits until they are gone. */
export async function endDaemons(started: readonly Started[]): Promise<void> {
  const alive = ({ pid, startTicks }: Started): boolean =>
    startTicks !== '' && startTicksOf(pid) === startTicks;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const one of started.toReversed()) if (alive(one)) process.kill(one.pid, signal);
    const end = Date.now() + 10_000;
    while (started.some(alive) && Date.now() < end) await delay(50);
  }
}
