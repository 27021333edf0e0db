/** Writes rendered files into the out folder: each in one step, nothing ever removed, no foreign file overwritten. */
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LifeboatError, systemCode } from '../contract/errors.ts';
import { systemWords } from '../contract/system-words.ts';
import type { RenderedFile } from './render/file.ts';

/** Every file of ours says so near its beginning. */
const MARK = /lifeboat/i;
const MARK_WITHIN = 1000;

function unwritable(place: string, error: unknown): LifeboatError {
  return new LifeboatError('usage', `${place} cannot be written: ${systemWords(error)}`, {
    hint: 'Choose another folder with -o.',
    cause: error,
  });
}

async function refuseForeign(file: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw unwritable(systemCode(error) === 'EISDIR' ? file : path.dirname(file), error);
  }
  if (text !== '' && !MARK.test(text.slice(0, MARK_WITHIN))) {
    throw new LifeboatError('refused', `${file} was not written by lifeboat, and would be written over`, {
      hint: 'Choose another folder with -o, or move the file away.',
    });
  }
}

async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Checks every target before the first one is written. */
export async function writeFiles(folder: string, files: readonly RenderedFile[]): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    throw new LifeboatError('usage', `${folder} is a file, and -o names a folder`, {
      hint: 'Use -o FOLDER, or -o - for standard output.',
    });
  }
  const targets = files.map((file) => ({ ...file, path: path.join(folder, file.name) }));
  for (const target of targets) {
    // The copy of our chart has a folder of its own, and files of many kinds.
    if (!/(?:^|\/)charts\//.test(target.name)) await refuseForeign(target.path);
  }
  try {
    for (const target of targets) {
      await mkdir(path.dirname(target.path), { recursive: true });
      await writeWhole(target.path, target.text, target.executable ? 0o755 : 0o644);
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw unwritable(folder, error);
  }
}
