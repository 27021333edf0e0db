/**
 * A cluster of a person, which may be wrecked: they say so by its name. Of it only namespaces of the scenarios are
 * removed. Its pods pull images that the person names, and must reach this machine, where the store of the tests is.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '../../../contract/errors.ts';
import { OFFICIAL_IMAGES } from '../image/official-images.ts';
import { E2E_LABEL } from '../namespace-label.ts';
import type { ImageName, Surroundings } from '../surroundings.ts';
import { CannotRun, type Cluster } from './cluster.ts';
import { kubectlAs } from './kubectl-as.ts';

interface View {
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
}

/** The cluster of the current context. */
async function current(kubeconfig: string): Promise<{ readonly name: string; readonly server: string }> {
  const args = ['config', 'view', '--minify', '-o', 'json'];
  const said = await kubectlAs({ enter: [], kubeconfig }, ...args).catch((error: unknown) => {
    throw new CannotRun(
      `${kubeconfig} cannot be used: ${messageOf(error).split('\n').at(-1)}`,
      'give a kubeconfig with a current context',
    );
  });
  const [found] = (JSON.parse(said) as View).clusters;
  if (found === undefined)
    throw new CannotRun(`${kubeconfig} has no current context`, 'kubectl config use-context NAME');
  return { name: found.name, server: found.cluster.server };
}

/** Refuses a cluster that was not named as one that may be wrecked. */
export function confirmed(name: string, said: string | undefined): void {
  if (said === name) return;
  throw new CannotRun(
    said === undefined
      ? `the scenarios delete namespaces, volumes and pods of the cluster ${name}, and nobody has said that they may`
      : `LIFEBOAT_E2E_CLUSTER says ${said}, and the kubeconfig leads to ${name}`,
    `where it may be wrecked: LIFEBOAT_E2E_CLUSTER=${name}`,
  );
}

export function imageOf(variable: string, said: string): ImageName {
  const [, repository = '', tag = ''] = /^(.+):([\w.-]+)$/.exec(said) ?? [];
  if (tag.includes('/') || repository === '')
    throw new CannotRun(`${variable} is ${said}, which is not REPOSITORY:TAG`, 'name the image with its tag');
  return { repository, tag };
}

/** This machine's own address on the way to the API server: what the pods can most likely reach. Sends nothing. */
async function addressTowards(server: string): Promise<string> {
  const { hostname, port } = new URL(server);
  const socket = createSocket('udp4');
  try {
    socket.connect(Number(port === '' ? 443 : port), hostname);
    await once(socket, 'connect');
    return socket.address().address;
  } finally {
    socket.close();
  }
}

function images(env: NodeJS.ProcessEnv): Required<Surroundings>['images'] {
  const {
    LIFEBOAT_E2E_IMAGE: own,
    LIFEBOAT_E2E_VAULT_IMAGE: vault,
    LIFEBOAT_E2E_OPENBAO_IMAGE: openbao,
  } = env;
  if (own === undefined)
    throw new CannotRun(
      'the cluster needs an image of lifeboat that it can pull',
      'docker build -t REPOSITORY:TAG . && docker push REPOSITORY:TAG, then LIFEBOAT_E2E_IMAGE=REPOSITORY:TAG',
    );
  return {
    lifeboat: imageOf('LIFEBOAT_E2E_IMAGE', own),
    vault: vault === undefined ? OFFICIAL_IMAGES.vault : imageOf('LIFEBOAT_E2E_VAULT_IMAGE', vault),
    openbao: openbao === undefined ? OFFICIAL_IMAGES.openbao : imageOf('LIFEBOAT_E2E_OPENBAO_IMAGE', openbao),
  };
}

export async function givenCluster(file: string, env: NodeJS.ProcessEnv): Promise<Cluster> {
  const kubeconfig = path.resolve(file);
  const { name, server } = await current(kubeconfig);
  confirmed(name, env.LIFEBOAT_E2E_CLUSTER);
  const named = images(env);
  const storageClass = env.LIFEBOAT_E2E_STORAGE_CLASS;
  const scratch = mkdtempSync(path.join(tmpdir(), 'lifeboat-e2e-run-'));
  const where = { enter: [], kubeconfig };
  const removeNamespaces = async (): Promise<void> => {
    await kubectlAs(where, 'delete', 'namespace', '-l', E2E_LABEL, '--ignore-not-found');
  };
  return {
    ...where,
    title: `the cluster ${name}`,
    scratch,
    locks: path.join(scratch, 'locks'),
    async start() {
      await mkdir(scratch, { recursive: true });
      await removeNamespaces();
    },
    prepareImages: async () => {},
    surroundings: async () => ({
      cluster: 'given',
      ...(storageClass === undefined ? {} : { storageClass }),
      storeHost: env.LIFEBOAT_E2E_STORE_HOST ?? (await addressTowards(server)),
      podAddresses: 'forwarded',
      pullPolicy: 'IfNotPresent',
      images: named,
    }),
    async collectJournal(folder) {
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'none.txt'), 'the daemons of a given cluster are not asked\n');
    },
    howToReach: () => `KUBECONFIG=${kubeconfig} kubectl get namespaces -l ${E2E_LABEL}`,
    async end() {
      await removeNamespaces();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
