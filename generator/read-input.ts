/** Reads what the command line names: the files of `-f`, the charts, and the user's values files; each of them once. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { LifeboatError } from '../contract/errors.ts';
import { unreadableWords } from '../contract/system-words.ts';
import type { GivenChart } from './chart/choose-chart.ts';
import { readChart } from './chart/read-chart.ts';
import { parsedValues, type ValuesFile } from './chart/user-values.ts';
import { decodeText, SIZE_LIMIT } from './config/decode.ts';
import type { LoadedConfig } from './config/load.ts';
import { ConfigError, type Problem } from './config/problem.ts';
import type { Environment } from './config/variables.ts';
import { parseYamlBytes, type YamlSource } from './config/yaml-source.ts';
import type { NamedInput } from './fleet/cluster-layers.ts';
import { isClusterFile } from './fleet/fleet-folder.ts';

/** Which configuration a command is about, as its flags name it. */
export interface ConfigInputs {
  /** lifeboat.yaml (`-f`), its layers, a fleet's file or folder, or `-` for standard input. */
  readonly files: readonly string[];
  /** Of a fleet, these clusters alone (`--only`). */
  readonly only?: readonly string[] | undefined;
  /** Folders or .tgz of official charts (`--chart`). */
  readonly charts?: readonly string[] | undefined;
  /** Where declared variables get their values; the process's own by default. */
  readonly environment?: Environment | undefined;
}

/** The name of standard input in messages. */
const STDIN = '(standard input)';

function unreadable(file: string, error: unknown): LifeboatError {
  return new LifeboatError('usage', unreadableWords(file, error), {
    hint: 'Name lifeboat.yaml with -f FILE, or -f - for standard input.',
    cause: error,
  });
}

function parse(file: string, bytes: Uint8Array): YamlSource {
  return parseYamlBytes(file, bytes, { version: '1.2' });
}

/** No more than is read of any file: an endless one is refused like a large one. */
async function bounded(stream: AsyncIterable<Buffer | string>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length > SIZE_LIMIT) break;
  }
  return Buffer.concat(chunks);
}

async function readBytes(file: string): Promise<Uint8Array> {
  return bounded(createReadStream(file));
}

async function readValues(file: string, place: string): Promise<ValuesFile> {
  const decoded = decodeText(await readBytes(place));
  if ('wrong' in decoded) throw new ConfigError([{ file, ...decoded.wrong }]);
  return { file, place, text: decoded.text };
}

async function readNamed(name: string, stdin: NodeJS.ReadableStream): Promise<NamedInput> {
  if (name === '-') return { file: parse(STDIN, await bounded(stdin as AsyncIterable<Buffer | string>)) };
  try {
    if (!(await stat(name)).isDirectory()) return { file: parse(name, await readBytes(name)) };
    const names = (await readdir(name)).filter(isClusterFile).sort();
    const files = names.map((file) => path.join(name, file));
    return {
      folder: name,
      files: await Promise.all(files.map(async (file) => parse(file, await readBytes(file)))),
    };
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** One entry a `-f`, in their order. */
export async function readNamedInputs(
  names: readonly string[],
  stdin: NodeJS.ReadableStream,
): Promise<readonly NamedInput[]> {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new LifeboatError('usage', `-f ${twice} is named twice`);
  const inputs: NamedInput[] = [];
  for (const name of names) inputs.push(await readNamed(name, stdin));
  return inputs;
}

export async function readGivenCharts(places: readonly string[] = []): Promise<readonly GivenChart[]> {
  return Promise.all(places.map(async (place) => ({ place, chart: await readChart(place) })));
}

/** Files of the user's values, each read once for all clusters that name it. */
export class ValuesFiles {
  readonly #read = new Map<string, Promise<ValuesFile>>();

  #once(file: string, place: string): Promise<ValuesFile> {
    const key = JSON.stringify([file, place]);
    const known = this.#read.get(key) ?? readValues(file, place);
    this.#read.set(key, known);
    return known;
  }

  /** The files that a configuration names, relative to the file that names them. All that cannot be read are named. */
  async of({ config, source }: LoadedConfig): Promise<readonly ValuesFile[]> {
    const files: ValuesFile[] = [];
    const problems: Problem[] = [];
    for (const [index, file] of config.release.values.entries()) {
      const at: readonly (string | number)[] = ['release', 'values', index];
      const layer = source.at(at, '').file;
      const folder = layer === STDIN ? process.cwd() : path.dirname(path.resolve(layer));
      const place = path.resolve(folder, file);
      const shown = layer === STDIN || path.isAbsolute(file) ? file : path.join(path.dirname(layer), file);
      try {
        files.push(await this.#once(shown, place));
      } catch (error) {
        if (error instanceof ConfigError) {
          problems.push(...error.problems);
          continue;
        }
        problems.push(
          source.at(at, unreadableWords(shown, error), {
            hint: 'Values files are named relative to the folder of the file that names them.',
          }),
        );
      }
    }
    if (problems.length === 0) return files;
    throw new ConfigError([...problems, ...files.flatMap((file) => parsedValues(file).problems)]);
  }
}
