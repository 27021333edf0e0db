/**
 * What stands in the server's data directory. The one decision that everything else rests on: is there a Vault?
 */
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../contract/errors.ts';
import { INITIALISED_MARKS } from '../../contract/pod.ts';

/** Our own folder in the data directory. */
export const OWN_FOLDER = '.lifeboat';

/** The parts of a raft data directory, in the order in which a restore renames them into place. */
export const PARTS = ['node-id', 'raft', 'vault.db'] as const;
export type Part = (typeof PARTS)[number];

/** A server that was started but never initialised leaves two files of 16.8 MB each; nothing of that kind is larger. */
const LARGEST_EMPTY_START = 32 * 1024 * 1024;

/** With `raft_wal` the log is in segments that are made in full size at once, before there is any data. */
const LARGEST_EMPTY_SEGMENT = 64 * 1024 * 1024;

function largestEmpty(path: string): number {
  return /^raft\/wal\/[^/]+\.wal$/.test(path) ? LARGEST_EMPTY_SEGMENT : LARGEST_EMPTY_START;
}

/** Folders of Vault's `file` storage: another backend's data under the same mount is data too. */
const FILE_STORAGE = new Set(['core', 'logical', 'sys', 'auth']);

export interface FoundFile {
  /** Relative to the data directory. */
  readonly path: string;
  readonly size: number;
  /** Whether one of INITIALISED_MARKS occurs in it; not looked for in a file that is too large for an empty start. */
  readonly marked: boolean;
}

export interface Findings {
  /** Names of the data directory itself. */
  readonly names: readonly string[];
  /** vault.db and every file below raft/. */
  readonly files: readonly FoundFile[];
}

export type DataState =
  | { readonly state: 'data'; readonly because: string }
  | { readonly state: 'uninitialised'; readonly parts: readonly Part[] }
  | { readonly state: 'empty' };

/**
 * The rules, in order; the first that fits decides.
 * 1. Folders of the `file` storage backend are there: data (of another kind; never ours to touch).
 * 2. A storage file holds `core/seal-config` or `core/keyring`: data.
 * 3. A storage file is larger than an empty start ever is: data.
 * 4. vault.db or raft/ is there: a server that was started and never initialised. No data; it is moved aside.
 * 5. Anything else, `lost+found`, our own folder and a lone node-id included: empty.
 */
export function classify(findings: Findings): DataState {
  const foreign = findings.names.find((name) => FILE_STORAGE.has(name));
  if (foreign !== undefined)
    return { state: 'data', because: `the folder ${foreign} of Vault's file storage is there` };
  const marked = findings.files.find((file) => file.marked);
  if (marked !== undefined)
    return { state: 'data', because: `${marked.path} belongs to an initialised server` };
  const large = findings.files.find((file) => file.size > largestEmpty(file.path));
  if (large !== undefined)
    return { state: 'data', because: `${large.path} is too large for a server without data` };
  const parts = PARTS.filter((part) => findings.names.includes(part));
  if (parts.some((part) => part !== 'node-id')) return { state: 'uninitialised', parts };
  return { state: 'empty' };
}

/** Looks at a data directory. Throws where it cannot be read. */
export async function inspect(dataPath: string): Promise<Findings> {
  const names = (await readdir(dataPath)).sort();
  const files: FoundFile[] = [];
  for (const name of ['vault.db', 'raft']) {
    if (names.includes(name)) await collect(dataPath, name, files);
  }
  return { names, files };
}

async function collect(dataPath: string, path: string, files: FoundFile[]): Promise<void> {
  const full = join(dataPath, path);
  const stat = await lstat(full);
  if (stat.isDirectory()) {
    for (const name of (await readdir(full)).sort()) await collect(dataPath, join(path, name), files);
  } else if (stat.isFile()) {
    const marked = stat.size > 0 && stat.size <= largestEmpty(path) && (await holdsMark(full));
    files.push({ path, size: stat.size, marked });
  } else {
    // A link or a device is nothing that a server makes: whatever it leads to, it is not ours to move.
    files.push({ path, size: Number.MAX_SAFE_INTEGER, marked: false });
  }
}

async function holdsMark(file: string): Promise<boolean> {
  const marks = INITIALISED_MARKS.map((mark) => Buffer.from(mark));
  const overlap = Math.max(...marks.map((mark) => mark.length)) - 1;
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const window = Buffer.concat([tail, chunk as Buffer]);
    if (marks.some((mark) => window.includes(mark))) return true;
    tail = window.subarray(Math.max(0, window.length - overlap));
  }
  return false;
}

/** Whether a path exists, links not followed. Every failure but "no such file" throws: unknown is not "no". */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
