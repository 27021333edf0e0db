/**
 * A real OpenBao that reviews tokens of service accounts as in a pod: with the API server's name in its hosts file, and
 * the files of its own account. The API server is a stand-in (test/support/token-review.ts). Not on Vault: the build of
 * it that the tests run has no such auth method.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { certificateFor } from './certificates.ts';
import { type Cluster, startCluster } from './start-cluster.ts';
import { startTokenReviews, type TokenReviews } from './token-review.ts';

const API_SERVER = 'kubernetes.default.svc';
export const REVIEWER = 'the-token-of-the-servers-own-account';
export const MAY_MOUNT = spawnSync('unshare', ['--mount', 'true']).status === 0;

export interface ReviewedServer {
  readonly cluster: Cluster;
  readonly reviews: TokenReviews;
  stop(): Promise<void>;
}

/** The server's sight of its cluster: the API server's name, and the files of its own account, as in a pod. */
function podLike(folder: string, files: Readonly<Record<string, string>>): readonly string[] {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';
  const script = [
    'set -e',
    'mount --make-rprivate /',
    'mount -t tmpfs tmpfs /var/run',
    `mkdir -p ${account}`,
    `cp ${folder}/ca.crt ${folder}/token ${folder}/namespace ${account}`,
    `mount --bind ${folder}/hosts /etc/hosts`,
    'exec "$@"',
  ];
  return ['unshare', '--mount', 'sh', '-c', script.join('\n'), 'sh'];
}

/** `apiHost` is an address of loopback, another one for each that runs at the same time: the API listens on 443. */
export async function startReviewedServer(binary: string, apiHost: string): Promise<ReviewedServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-reviewed-'));
  const ends: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const certificate = await certificateFor(API_SERVER);
    const reviews = await startTokenReviews({ host: apiHost, certificate, reviewer: REVIEWER });
    ends.push(() => reviews.stop());
    const wrapper = podLike(folder, {
      'ca.crt': certificate['ca.crt'] ?? '',
      token: REVIEWER,
      namespace: 'team-a',
      hosts: `127.0.0.1 localhost\n${apiHost} ${API_SERVER}\n`,
    });
    const cluster = await startCluster({ binary, servers: 1, wrapper });
    ends.push(() => cluster.stop());
    return { cluster, reviews, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
