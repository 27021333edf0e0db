/** Reads an official chart from a folder or a packed archive: its defaults, and how its templates differ. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { LifeboatError, messageOf, systemCode } from '../../contract/errors.ts';
import { unreadableWords } from '../../contract/system-words.ts';
import { parseYaml } from '../config/yaml-source.ts';
import type { ChartTraits, OfficialChart } from './official-charts.ts';
import { isMap, mapAt, textAt } from './values.ts';

/** The files that are read, relative to the chart's folder. */
const WANTED = [
  'Chart.yaml',
  'values.yaml',
  'templates/_helpers.tpl',
  'templates/server-statefulset.yaml',
] as const;
type Wanted = (typeof WANTED)[number];
type ChartFiles = ReadonlyMap<Wanted, string>;

/** What makes of a chart that cannot be read a wrong command line. */
const NOT_THERE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'];

/** A chart's text files are small; more is no chart. */
const FILE_LIMIT = 4 * 1024 * 1024;

function isWanted(name: string): name is Wanted {
  return (WANTED as readonly string[]).includes(name);
}

async function fromFolder(folder: string): Promise<ChartFiles> {
  const files = new Map<Wanted, string>();
  for (const name of WANTED) {
    try {
      files.set(name, await readFile(path.join(folder, name), 'utf8'));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
  return files;
}

async function fromArchive(file: string): Promise<ChartFiles> {
  const files = new Map<Wanted, string>();
  const unpack = extract();
  const reading = pipeline(createReadStream(file), createGunzip(), unpack);
  reading.catch(() => {});
  for await (const entry of unpack) {
    // Everything in a packed chart stands in one folder of the chart's name.
    const name = entry.header.name.split('/').slice(1).join('/');
    if (entry.header.type === 'file' && isWanted(name) && (entry.header.size ?? 0) <= FILE_LIMIT) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      files.set(name, Buffer.concat(chunks).toString('utf8'));
    } else entry.resume();
  }
  await reading;
  return files;
}

/** How these templates differ from others, read from their text. Pure. */
export function chartTraits(helpers: string, statefulSet: string): ChartTraits {
  const secrets = statefulSet.indexOf('.extraSecretEnvironmentVars"');
  const literals = statefulSet.indexOf('.extraEnvironmentVars"');
  return {
    initContainersAreTemplates: /tpl\s*\(\s*toYaml\s+\.Values\.server\.extraInitContainers/.test(statefulSet),
    secretVariablesFirst: secrets >= 0 && secrets < literals,
    raftConfigInEveryMode: /if\s+\.Values\.server\.ha\.raft\.enabled\s*-?\}\}\s*\{\{-?\s*\$config\s*=/.test(
      helpers,
    ),
    probeCommands: statefulSet.includes('.livenessProbe.execCommand'),
    redundancyZones: statefulSet.includes('VAULT_REDUNDANCY_ZONE'),
  };
}

function parse(file: string, text: string) {
  const source = parseYaml(file, text, { version: '1.1' });
  const problem = source.problems[0];
  if (problem !== undefined || !isMap(source.data)) {
    throw new LifeboatError(
      'config',
      `${file} is not readable as YAML${problem === undefined ? '' : `: ${problem.message}`}`,
    );
  }
  return source.data;
}

/** `place` is a folder or a `.tgz`. Throws `config` where it is no official chart of Vault or OpenBao. */
export async function readChart(place: string): Promise<OfficialChart> {
  let files: ChartFiles;
  try {
    files = (await stat(place)).isDirectory() ? await fromFolder(place) : await fromArchive(place);
  } catch (error) {
    throw new LifeboatError(
      NOT_THERE.includes(systemCode(error) ?? '') ? 'usage' : 'config',
      systemCode(error) === undefined
        ? `the chart ${place} cannot be read: ${messageOf(error)}`
        : unreadableWords(`the chart ${place}`, error),
      {
        hint: '--chart takes the folder of an unpacked chart, or its .tgz as `helm pull` stores it.',
        cause: error,
      },
    );
  }
  const texts = WANTED.map((name) => {
    const text = files.get(name);
    if (text !== undefined) return text;
    throw new LifeboatError('config', `the chart ${place} has no ${name}`, {
      hint: '--chart takes the folder of an unpacked chart, or its .tgz as `helm pull` stores it.',
    });
  });
  const [meta, values, helpers = '', statefulSet = ''] = texts;
  const chart = parse(`${place}/Chart.yaml`, meta ?? '');
  const name = textAt(chart, 'name');
  if (name !== 'vault' && name !== 'openbao') {
    throw new LifeboatError(
      'config',
      `the chart ${place} is named "${name}", and only the official charts vault and openbao are known`,
    );
  }
  return {
    product: name,
    name,
    version: textAt(chart, 'version'),
    appVersion: textAt(chart, 'appVersion'),
    values: mapAt({ values: parse(`${place}/values.yaml`, values ?? '') }, 'values'),
    traits: chartTraits(helpers, statefulSet),
  };
}
