/**
 * kind: a cluster in a container of Docker. Has never run where this was written, since no engine is there; it is the
 * road of the workflow for GitHub.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { contentOfImage } from '../image/lifeboat-image.ts';
import { OFFICIAL_IMAGES } from '../image/official-images.ts';
import type { Cluster } from './cluster.ts';

const NAME = process.env.LIFEBOAT_E2E_NODE ?? 'lifeboat-e2e';
const ROOT = path.resolve(import.meta.dirname, '../../..');

async function run(program: string, ...args: readonly string[]): Promise<string> {
  return (await execa(program, args, { cwd: ROOT, stdin: 'ignore' })).stdout;
}

interface Network {
  readonly IPAM: { readonly Config: readonly { readonly Gateway?: string }[] };
}

/** On Linux the gateway of the engine's network is this machine itself. Without it nobody would reach the store. */
export function gatewayOf(inspected: string): string {
  const [network] = JSON.parse(inspected) as readonly Network[];
  const gateways = network?.IPAM.Config.map(({ Gateway = '' }) => Gateway) ?? [];
  const found = gateways.find((address) => /^\d+(?:\.\d+){3}$/.test(address));
  if (found === undefined) throw new Error('the network of kind has no gateway with an IPv4 address');
  return found;
}

export function kindCluster(): Cluster {
  const scratch = mkdtempSync(path.join(tmpdir(), 'lifeboat-e2e-run-'));
  const kubeconfig = path.join(scratch, 'kubeconfig');
  const lifeboat = { repository: 'docker.io/lifeboat-e2e/lifeboat', tag: contentOfImage() };
  // Deleting what is not there is no error for kind.
  const remove = (): Promise<string> => run('kind', 'delete', 'cluster', '--name', NAME);
  return {
    title: `kind, the cluster ${NAME}`,
    kubeconfig,
    enter: [],
    scratch,
    locks: path.join(scratch, 'locks'),
    async start(signal) {
      await remove();
      signal.throwIfAborted();
      await run('kind', 'create', 'cluster', '--name', NAME, '--kubeconfig', kubeconfig, '--wait', '180s');
    },
    async prepareImages() {
      const image = `${lifeboat.repository}:${lifeboat.tag}`;
      await run('docker', 'build', '--tag', image, '.');
      await run('kind', 'load', 'docker-image', image, '--name', NAME);
    },
    async surroundings() {
      return {
        cluster: 'kind',
        storeHost: gatewayOf(await run('docker', 'network', 'inspect', 'kind')),
        podAddresses: 'forwarded',
        pullPolicy: 'IfNotPresent',
        images: { lifeboat, ...OFFICIAL_IMAGES },
      };
    },
    async collectJournal(folder) {
      await run('kind', 'export', 'logs', folder, '--name', NAME);
    },
    howToReach: () =>
      `KUBECONFIG=${kubeconfig} kubectl get pods -A\nend it with\n  kind delete cluster --name ${NAME}\nthe next run ends it too`,
    async end() {
      await remove();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
