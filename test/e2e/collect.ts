/**
 * What a person would look at after a scenario failed, written into one folder before the namespaces are removed. Data
 * of Secrets is never asked for, and secrets that the scenario made are taken out of everything else.
 */
import { mkdtempSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listing } from './folder-listing.ts';
import { redacted } from './known-secrets.ts';
import { tryKubectl } from './kubernetes.ts';
import { volumesOf } from './volumes.ts';

export interface Failure {
  readonly scenario: string;
  readonly step: string;
  readonly error: unknown;
  readonly namespaces: readonly string[];
  /** Folders that hold buckets. */
  readonly stores: readonly string[];
}

export const FAILURE_VARIABLE = 'LIFEBOAT_E2E_FAILURE_FOLDER';

/** Secrets and ConfigMaps by name alone. */
const LISTED =
  'pods,statefulsets,jobs,cronjobs,pvc,services,endpoints,configmaps,secrets,serviceaccounts,roles,rolebindings';
const DESCRIBED = 'pods,statefulsets,jobs,cronjobs,pvc,services';

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<
    Record<'containers' | 'initContainers', readonly { readonly name: string }[] | undefined>
  >;
  readonly status: Readonly<
    Record<
      'containerStatuses' | 'initContainerStatuses',
      readonly { readonly name: string; readonly restartCount: number }[] | undefined
    >
  >;
}

async function said(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await tryKubectl(args);
  return stderr === '' ? stdout : `${stdout}\n${stderr}`;
}

async function writeLogs(
  namespace: string,
  write: (name: string, text: string) => Promise<void>,
): Promise<void> {
  const { stdout } = await tryKubectl(['get', 'pods', '-n', namespace, '-o', 'json']);
  const { items } = JSON.parse(stdout === '' ? '{"items":[]}' : stdout) as { readonly items: readonly Pod[] };
  for (const { metadata, spec, status } of items) {
    const states = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { name } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
      const logs = ['logs', metadata.name, '-n', namespace, '-c', name, '--timestamps'];
      await write(`logs/${metadata.name}.${name}.log`, await said(...logs));
      const state = states.find((one) => one.name === name);
      if ((state?.restartCount ?? 0) === 0) continue;
      await write(`logs/${metadata.name}.${name}.previous.log`, await said(...logs, '--previous'));
    }
  }
}

async function collectNamespace(namespace: string, folder: string): Promise<void> {
  const write = async (name: string, text: string): Promise<void> => {
    const file = path.join(folder, namespace, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, redacted(text));
  };
  const inside = ['-n', namespace];
  await write('objects.txt', await said('get', LISTED, ...inside, '-o', 'wide'));
  await write('events.txt', await said('get', 'events', ...inside, '--sort-by=.lastTimestamp', '-o', 'wide'));
  await write('describe.txt', await said('describe', DESCRIBED, ...inside));
  await writeLogs(namespace, write);
  await write('volumes.txt', await volumesOf(namespace));
}

/** Resolves to the folder. A part that cannot be had is told in its place: the failure of the step matters more. */
export async function collect(failure: Failure): Promise<string> {
  const named = process.env[FAILURE_VARIABLE];
  const folder = named ?? mkdtempSync(path.join(tmpdir(), 'lifeboat-e2e-failure-'));
  await mkdir(folder, { recursive: true });
  const { error } = failure;
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await writeFile(
    path.join(folder, 'failure.txt'),
    redacted(`scenario: ${failure.scenario}\nstep: ${failure.step}\n\n${told}\n`),
  );
  const parts: readonly Promise<unknown>[] = [
    ...failure.namespaces.map((namespace) => collectNamespace(namespace, folder)),
    ...failure.stores.map(async (store, index) =>
      writeFile(path.join(folder, `store-${index + 1}.txt`), await listing(store)),
    ),
    said('get', 'nodes,pv,namespaces', '-o', 'wide').then((text) =>
      writeFile(path.join(folder, 'cluster.txt'), text),
    ),
  ];
  const problems = (await Promise.allSettled(parts)).filter((part) => part.status === 'rejected');
  if (problems.length > 0)
    await writeFile(
      path.join(folder, 'not-collected.txt'),
      redacted(problems.map(({ reason }) => String(reason)).join('\n')),
    );
  process.stderr.write(`what was there when it failed: ${folder}\n`);
  return folder;
}
