/** Reads what one render needs: lifeboat.yaml (or standard input), the chart, and the user's values files. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { LifeboatError } from '../contract/errors.ts';
import { unreadableWords } from '../contract/system-words.ts';
import { chooseChart } from './chart/choose-chart.ts';
import type { ValuesFile } from './chart/user-values.ts';
import type { Cluster } from './clusters.ts';
import { type LoadedConfig, loadConfig } from './config/load.ts';
import { ConfigError, type Problem } from './config/problem.ts';
import type { RenderInput } from './render/render.ts';

/** The name of standard input in messages. */
const STDIN = '(standard input)';

async function configText(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  if (file === '-') return readAll(stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LifeboatError('usage', unreadableWords(file, error), {
      hint: 'Name lifeboat.yaml with -f FILE, or -f - for standard input.',
      cause: error,
    });
  }
}

/** The values files, relative to the folder of lifeboat.yaml. All that cannot be read are named at once. */
async function valuesFiles({ config, source }: LoadedConfig, folder: string): Promise<readonly ValuesFile[]> {
  const files: ValuesFile[] = [];
  const problems: Problem[] = [];
  for (const [index, file] of config.release.values.entries()) {
    try {
      files.push({ file, text: await readFile(path.resolve(folder, file), 'utf8') });
    } catch (error) {
      problems.push(
        source.at(['release', 'values', index], unreadableWords(path.resolve(folder, file), error), {
          hint: 'Values files are named relative to the folder of lifeboat.yaml.',
        }),
      );
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return files;
}

/** Which configuration a command is about, as its flags name it. */
export interface ConfigInputs {
  /** lifeboat.yaml (`-f`), or `-` for standard input. */
  readonly files: readonly string[];
  /** Folder or .tgz of the official chart (`--chart`). */
  readonly chart?: string | undefined;
}

async function readInput(
  file: string,
  options: ConfigInputs,
  stdin: NodeJS.ReadableStream,
): Promise<RenderInput> {
  const text = await configText(file, stdin);
  const loaded = loadConfig(file === '-' ? STDIN : file, text);
  const folder = file === '-' ? process.cwd() : path.dirname(path.resolve(file));
  const chart = await chooseChart(loaded, options.chart);
  return { loaded, chart, valuesFiles: await valuesFiles(loaded, folder) };
}

/** One entry a cluster, in the order of the files. */
export async function readInputs(
  options: ConfigInputs,
  stdin: NodeJS.ReadableStream,
): Promise<readonly Cluster[]> {
  const [file] = options.files;
  if (file === undefined || options.files.length > 1) {
    throw new LifeboatError('usage', `${options.files.length} files are named with -f, and one is expected`);
  }
  return [{ folder: '', input: await readInput(file, options, stdin) }];
}
