/**
 * A stand-in of the server's pod: it runs the init containers in order and then the server with its hook, as the
 * kubelet does, with the rendered commands, environment and mounts. What it stands in for: the kubelet, the images
 * (this machine's programs; the server's image without node or our bundle) and the cluster's DNS (a hosts file).
 */
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { IMAGE_COMMAND } from '../../../contract/pod.ts';
import { ContainerProcess, hasServerUser, type Mount, SERVER_GID, SERVER_UID } from './container-process.ts';
import { containerEnvironment, type Secrets } from './pod-environment.ts';
import type { Container, PodTemplate, Volume } from './pod-template.ts';

export interface StandInOptions {
  readonly template: PodTemplate;
  /** A folder of this run; the claims live in `claims/` below it and survive pods. */
  readonly folder: string;
  /** Path of the built bundle. */
  readonly bundle: string;
  /** Path of the server's binary. */
  readonly serverBinary: string;
  readonly product: 'vault' | 'openbao';
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Looked up at each start of a pod: tests create and remove Secrets in between. */
  secrets: Secrets;
  /** Names that lead to loopback, besides the pod's own. */
  readonly hosts?: readonly string[];
  /** More of a container, by its name: for tests that look inside, or break something there. */
  more?: (container: string) => MoreOfContainer | undefined;
}

export interface MoreOfContainer {
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
}

export interface InitResult {
  readonly name: string;
  readonly code: number;
  readonly log: string;
}

/** One life of a pod: its emptyDirs are its own, the claims are the StatefulSet's. */
export class StandInPod {
  readonly options: StandInOptions;
  readonly folder: string;
  server: ContainerProcess | undefined;
  #starts = 0;

  constructor(options: StandInOptions) {
    this.options = options;
    let number = 1;
    while (existsSync(join(options.folder, `pod-${number}`))) number++;
    this.folder = join(options.folder, `pod-${number}`);
    mkdirSync(this.folder, { recursive: true });
    chmodSync(options.folder, 0o755);
  }

  /** The data directory as this machine sees it. */
  claim(name = 'data'): string {
    return ensureOwned(join(this.options.folder, 'claims', name));
  }

  /** Starts one init container by name, or one with another command. */
  startInit(name: string): ContainerProcess {
    const container = this.options.template.initContainers.find((candidate) => candidate.name === name);
    if (container === undefined) throw new Error(`the pod has no init container ${name}`);
    return this.#start(container, [...container.command, ...(container.args ?? [])]);
  }

  /** Runs all init containers in order, stopping at the first that fails. */
  async runInits(): Promise<readonly InitResult[]> {
    const results: InitResult[] = [];
    for (const { name } of this.options.template.initContainers) {
      const running = this.startInit(name);
      const code = await running.ended;
      results.push({ name, code, log: running.log });
      if (code !== 0) break;
    }
    return results;
  }

  /** A Secret that comes while the pod runs: the kubelet then fills the volumes that were left empty for it. */
  putSecret(name: string, files: Readonly<Record<string, string>>): void {
    for (const { secret, name: volume } of this.options.template.volumes)
      if (secret?.secretName === name) putFiles(join(this.folder, 'volumes', volume), files);
  }

  /** Starts the server container and, beside its command, the postStart hook. Resolves when the hook returned. */
  async startServer(): Promise<{ readonly hookCode: number | undefined; readonly hookError: string }> {
    const { server } = this.options.template;
    this.server = this.#start(server, [...server.command, ...(server.args ?? [])]);
    const hook = server.lifecycle?.postStart?.exec.command;
    if (hook === undefined || hook.length === 0) return { hookCode: undefined, hookError: '' };
    while (this.server.running && !this.server.ready) await new Promise((resolve) => setTimeout(resolve, 20));
    const { code, stderr } = await this.server.exec(hook);
    return { hookCode: code, hookError: stderr };
  }

  async stop(): Promise<void> {
    await this.server?.stop(this.options.product === 'vault' ? 'vault' : 'bao');
  }

  #start(container: Container, command: readonly string[]): ContainerProcess {
    const { options } = this;
    this.#starts++;
    const folder = join(this.folder, `${container.name}-${this.#starts}`);
    mkdirSync(folder, { recursive: true });
    const fields = {
      'metadata.name': options.template.name,
      'metadata.namespace': options.template.namespace,
      'status.podIP': '127.0.0.1',
      'status.hostIP': '127.0.0.1',
    };
    const more = options.more?.(container.name);
    const isOurs = container.command[0] === IMAGE_COMMAND[0] && container.command[1] === IMAGE_COMMAND[1];
    return new ContainerProcess({
      name: container.name,
      folder,
      command,
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOSTNAME: options.template.name,
        ...containerEnvironment(container.env ?? [], fields, options.secrets),
        ...more?.env,
      },
      mounts: [
        ...this.#imageMounts(isOurs, folder),
        ...this.#volumeMounts(container),
        ...(more?.mounts ?? []),
      ],
      readOnlyRoot: container.securityContext?.readOnlyRootFilesystem === true,
    });
  }

  /** What stands in for the image: our own has node and the bundle, the server's has the server and neither of them. */
  #imageMounts(isOurs: boolean, folder: string): readonly Mount[] {
    const { options } = this;
    const local = ensureFolder(join(folder, 'usr-local-bin'));
    const hosts = join(folder, 'hosts');
    const names = ['localhost', options.template.name, ...(options.hosts ?? [])];
    writeFileSync(hosts, `127.0.0.1 ${names.join(' ')}\n::1 localhost\n`);
    const mounts: Mount[] = [{ source: hosts, target: '/etc/hosts', readOnly: true }];
    if (isOurs) {
      // node stays where it is; a node outside /usr is shown at the image's place.
      if (!process.execPath.startsWith('/usr/')) symlinkOrBind(process.execPath, join(local, 'node'), mounts);
      mounts.push({ source: dirname(options.bundle), target: '/app', readOnly: true });
    } else {
      const entrypoint = join(local, 'docker-entrypoint.sh');
      writeFileSync(entrypoint, '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
      const binary = options.product === 'vault' ? 'vault' : 'bao';
      writeFileSync(join(local, binary), '');
      mounts.push({ source: local, target: '/usr/local/bin', readOnly: false });
      mounts.push({ source: options.serverBinary, target: `/usr/local/bin/${binary}`, readOnly: true });
      if (process.execPath.startsWith('/usr/') && !process.execPath.startsWith('/usr/local/bin/')) {
        mounts.push({ source: '/dev/null', target: process.execPath, readOnly: false });
      }
    }
    return mounts;
  }

  #volumeMounts(container: Container): readonly Mount[] {
    const mounts: Mount[] = [];
    for (const { name, mountPath, readOnly } of container.volumeMounts ?? []) {
      mounts.push({ source: this.#volume(name), target: mountPath, readOnly: readOnly === true });
    }
    return mounts.sort((a, b) => a.target.length - b.target.length);
  }

  #volume(name: string): string {
    const { template } = this.options;
    if (template.claims.includes(name)) return this.claim(name);
    const volume = template.volumes.find((candidate) => candidate.name === name);
    if (volume === undefined) throw new Error(`the pod has no volume ${name}`);
    return this.#makeVolume(volume);
  }

  #makeVolume(volume: Volume): string {
    const folder = join(this.folder, 'volumes', volume.name);
    if (volume.hostPath !== undefined) return volume.hostPath.path;
    if (volume.persistentVolumeClaim !== undefined) return this.claim(volume.persistentVolumeClaim.claimName);
    if (volume.secret !== undefined)
      return this.#filesOf(
        folder,
        this.options.secrets[volume.secret.secretName],
        volume.secret.optional === true,
        volume.name,
      );
    if (volume.configMap !== undefined)
      return this.#filesOf(folder, this.options.configMaps[volume.configMap.name], false, volume.name);
    return ensureOwned(folder);
  }

  #filesOf(
    folder: string,
    files: Readonly<Record<string, string>> | undefined,
    optional: boolean,
    name: string,
  ): string {
    rmSync(folder, { recursive: true, force: true });
    ensureFolder(folder);
    if (files === undefined && !optional)
      throw new Error(`the kubelet would not start this pod: the source of volume ${name} is missing`);
    putFiles(folder, files ?? {});
    return folder;
  }
}

function putFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: 0o440 });
    if (hasServerUser()) chownSync(path, 0, SERVER_GID);
  }
}

function symlinkOrBind(source: string, placeholder: string, mounts: Mount[]): void {
  symlinkSync(source, placeholder);
  mounts.push({ source: dirname(source), target: '/usr/local/bin', readOnly: true });
}

function ensureFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

/** A folder that the server's group may write, as fsGroup makes it. */
function ensureOwned(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o2775);
    if (hasServerUser()) chownSync(path, SERVER_UID, SERVER_GID);
  }
  return path;
}
