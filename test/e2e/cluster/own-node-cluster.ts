/** The node that this machine starts for the run, or one that an earlier run kept. */
import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { findTool } from '../../support/tools/find-tool.ts';
import { KUBERNETES_TOOLS } from '../../support/tools/kubernetes-tools.ts';
import { prepareImages } from '../image/images.ts';
import { FILES, NODE_FOLDER, SYSTEM_PROGRAMS } from '../node/layout.ts';
import { clearNode } from '../node/leftovers.ts';
import { ENTER } from '../node/network.ts';
import { startOwnNode } from '../node/own-node.ts';
import { missingPrograms } from '../node/system-programs.ts';
import { OWN_NODE } from '../surroundings.ts';
import { CannotRun, type Cluster } from './cluster.ts';

async function possible(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new CannotRun(
      'the test node needs root: network namespaces, mounts and containers are made',
      'run as root, or give a cluster with LIFEBOAT_E2E_KUBECONFIG (docs/testing.md)',
      'here',
    );
  const missing = await missingPrograms(SYSTEM_PROGRAMS);
  if (missing.length > 0)
    throw new CannotRun(
      `the test node is made of programs that are not here: ${missing.join(', ')}`,
      'install them; docs/testing.md has the line for Debian',
      'here',
    );
}

export async function ownNode(reuse: boolean): Promise<Cluster> {
  await possible();
  if (reuse && !existsSync(FILES.kubeconfig))
    throw new CannotRun('no node was kept', 'npm run e2e -- --keep');
  // Several runs may use a node that was kept.
  const scratch = path.join(NODE_FOLDER, 'runs', String(process.pid));
  return {
    title: reuse ? 'the node that was kept' : 'one node of this machine',
    kubeconfig: FILES.kubeconfig,
    enter: ENTER,
    scratch,
    locks: path.join(NODE_FOLDER, 'locks'),
    async start(signal) {
      if (!reuse) {
        // Minutes on a machine that has none of them yet: before anything is made.
        for (const { name } of KUBERNETES_TOOLS) await findTool(name);
        signal.throwIfAborted();
        await clearNode();
        await startOwnNode(signal);
      }
      await mkdir(scratch, { recursive: true });
    },
    prepareImages,
    surroundings: async () => OWN_NODE,
    collectJournal: (folder) => cp(FILES.logs, folder, { recursive: true }),
    howToReach: () =>
      `${ENTER.join(' ')} env KUBECONFIG=${FILES.kubeconfig} kubectl get pods -A\nuse it again with\n  npm run e2e -- --reuse\nthe next run without that ends it`,
    end: () => (reuse ? rm(scratch, { recursive: true, force: true }) : clearNode()),
  };
}
