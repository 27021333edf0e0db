/**
 * Copies what runs this process (node, its loader and libraries, the bundle and its SDKs) into the shared emptyDir, so that it
 * runs inside the server's image whatever libc that has. What to copy is what this process itself has loaded.
 */
import { constants } from 'node:fs';
import { copyFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { CAN_RUN, NOEXEC_HINT, RUN_FILES } from '../../contract/pod.ts';
import { makeFolder } from '../durable.ts';

export interface RuntimeParts {
  readonly node: string;
  readonly bundle: string;
  /** The dynamic loader; absent for a static node. */
  readonly loader: string | undefined;
  readonly libraries: readonly string[];
}

/**
 * Picks loader and libraries out of the objects that a process has loaded, named as they were asked for
 * (`libstdc++.so.6`). The memory map would name the files behind those links (`libstdc++.so.6.0.30`), and no loader
 * finds a library under such a name.
 */
export function partsOf(loaded: readonly string[], node: string, bundle: string): RuntimeParts {
  const all = [...new Set(loaded)]
    .filter((path) => path.startsWith('/') && /\.so(\.[\d.]+)?$/.test(path))
    .sort();
  const loader = all.find((path) => /^(ld-linux|ld-musl|ld-|ld64)/.test(basename(path)));
  return { node, bundle, loader, libraries: all.filter((path) => path !== loader) };
}

/** What this process has loaded. The report is made in memory; nothing else of it is looked at, and no name is resolved. */
function loadedObjects(): readonly string[] {
  const { report } = process;
  (report as { excludeNetwork?: boolean }).excludeNetwork = true;
  return (report.getReport() as { readonly sharedObjects: readonly string[] }).sharedObjects;
}

/** The launcher's text. `$LIFEBOAT_HEAP` (MiB) caps the heap of what shares the server's memory limit. */
export function launcherScript(runtime: string, parts: RuntimeParts): string {
  const run =
    parts.loader === undefined
      ? `${runtime}/node`
      : `${runtime}/loader --library-path ${runtime}/lib ${runtime}/node`;
  return [
    '#!/bin/sh',
    '# Runs lifeboat with the runtime that the init container copied.',
    // Without the bundle: this is asked at every start of a server.
    `if [ "$1" = ${CAN_RUN} ]; then exec ${run} --version; fi`,
    `exec ${run} \${LIFEBOAT_HEAP:+--max-old-space-size=$LIFEBOAT_HEAP} ${runtime}/lifeboat.cjs "$@"`,
    '',
  ].join('\n');
}

/**
 * Copies the runtime once per life of the emptyDir. The launcher is written last: where it is, everything is. Whether it
 * runs is asked each time: a launcher that cannot run stays, for the next containers to say so too.
 */
export async function copyRuntime(
  bundle: string,
  launcher: string = RUN_FILES.launcher,
  folder: string = RUN_FILES.runtime,
): Promise<void> {
  const parts = partsOf(loadedObjects(), process.execPath, bundle);
  if (!(await isFile(launcher))) {
    try {
      await copyParts(parts, launcher, folder);
    } catch (error) {
      throw new LifeboatError('refused', `the runtime cannot be copied to ${folder}: ${messageOf(error)}`, {
        hint: 'the emptyDir lifeboat-run needs about 200 MiB; look at the ephemeral-storage limits of the pod',
      });
    }
  }
  await requireRuns(folder, parts);
}

async function copyParts(parts: RuntimeParts, launcher: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await makeFolder(join(folder, 'lib'), 0o755);
  await copyFile(parts.node, join(folder, 'node'), constants.COPYFILE_FICLONE);
  await copyFile(parts.bundle, join(folder, 'lifeboat.cjs'), constants.COPYFILE_FICLONE);
  for (const sdk of await sdksBeside(parts.bundle)) await copyFile(sdk, join(folder, basename(sdk)));
  if (parts.loader !== undefined) await copyFile(parts.loader, join(folder, 'loader'));
  for (const library of parts.libraries) await copyFile(library, join(folder, 'lib', basename(library)));
  await writeFile(`${launcher}.part`, launcherScript(folder, parts), { mode: 0o755 });
  await rename(`${launcher}.part`, launcher);
}

/** The copied node itself, not the launcher: this image has no shell. */
async function requireRuns(folder: string, { loader }: RuntimeParts): Promise<void> {
  const node = join(folder, 'node');
  const [program, ...args] =
    loader === undefined ? [node] : [join(folder, 'loader'), '--library-path', join(folder, 'lib'), node];
  const { failed, code, shortMessage, stderr } = await execa(program ?? node, [...args, '--version'], {
    reject: false,
    stdin: 'ignore',
    env: {},
    extendEnv: false,
    timeout: 60_000,
  });
  if (!failed) return;
  if (code === 'EACCES')
    throw new LifeboatError('refused', `no program may be started from ${folder}: permission denied`, {
      hint: NOEXEC_HINT,
    });
  const why = String(stderr).trim().split('\n')[0] || shortMessage;
  throw new LifeboatError('refused', `the runtime that was copied to ${folder} does not start: ${why}`, {
    hint: "delete the pod; where it comes again, the image of lifeboat is broken or not for this node's processor",
  });
}

/** The SDKs of the clouds, which the bundle loads by their names beside it. */
async function sdksBeside(bundle: string): Promise<readonly string[]> {
  const names = await readdir(dirname(bundle));
  return names
    .filter((name) => /^sdk-[a-z0-9-]+\.cjs$/.test(name))
    .map((name) => join(dirname(bundle), name));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
