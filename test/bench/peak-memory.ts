/**
 * The most memory that a process ever held (VmHWM: the kernel's own high water mark of this process alone). It is
 * looked up again and again, so only what a process gains in its very last moments can be missed.
 */
import { readFileSync } from 'node:fs';

const EVERY = 20;

export interface PeakWatch {
  /** Bytes. */
  stop(): number;
}

export function watchPeak(pidOf: () => number | undefined): PeakWatch {
  let peak = 0;
  const timer = setInterval(() => {
    const pid = pidOf();
    if (pid !== undefined) peak = Math.max(peak, highWaterMark(pid));
  }, EVERY);
  return {
    stop() {
      clearInterval(timer);
      if (peak === 0) throw new Error('the process was gone before its memory could be looked at');
      return peak;
    },
  };
}

function highWaterMark(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}
