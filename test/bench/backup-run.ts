/** Runs the bundle's `backup` as a process of its own: how long it took, where the time went, how large it grew. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupSlice, StoreSlice } from '../../contract/slice.ts';
import type { World } from '../support/pod/world.ts';
import { watchPeak } from './peak-memory.ts';

const BUNDLE = new URL('../../dist/lifeboat.cjs', import.meta.url).pathname;

export interface BackupRun {
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly phases: Readonly<Record<string, number>>;
  /** Bytes. */
  readonly peak: number;
}

/** Writes the rendered configuration with the addresses of this machine, and another store where one is given. */
export function writeSlice(world: World, name: string, store: (rendered: StoreSlice) => StoreSlice): string {
  const folder = join(world.folder, `bench-${name}`);
  const credentials = join(folder, 'auth');
  mkdirSync(credentials, { recursive: true });
  for (const [file, text] of Object.entries(world.secrets['vault-snapshot-agent'] ?? {}))
    writeFileSync(join(credentials, file), text, { mode: 0o600 });
  const [text = ''] = Object.values(world.rendered.configMaps['lifeboat-backup'] ?? {});
  const rendered = JSON.parse(text) as BackupSlice;
  const { address } = world.operator;
  const slice: BackupSlice = {
    ...rendered,
    store: store(rendered.store),
    vault: { ...rendered.vault, address, peers: [address] },
    auth: { approle: { mount: 'approle', credentials } },
    // Old ones go, as in a life of many backups.
    retention: { keepLast: 1 },
  };
  const file = join(folder, 'backup.json');
  writeFileSync(file, JSON.stringify(slice));
  return file;
}

export async function runBackup(config: string): Promise<BackupRun> {
  const begin = performance.now();
  const child = spawn(process.execPath, [BUNDLE, 'backup', '--config', config, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const peak = watchPeak(() => child.pid);
  let said = '';
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = (performance.now() - begin) / 1000;
  if (code !== 0) throw new Error(`backup ended with ${code}: ${said}${log}`);
  const { phases } = JSON.parse(said) as { phases: readonly { phase: string; seconds: number }[] };
  return {
    seconds,
    phases: Object.fromEntries(phases.map(({ phase, seconds: time }) => [phase, time])),
    peak: peak.stop(),
  };
}
