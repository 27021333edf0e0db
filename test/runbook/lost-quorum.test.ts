/** The runbook's section on a lost quorum, pasted as it stands, while two of three real servers have lost their disks. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { renderClusters } from '../../generator/clusters.ts';
import { blocksOf } from '../docs/markdown.ts';
import { type Answered, type Called, PastedCommands } from '../support/pasted-commands.ts';
import { requireTool } from '../support/skip.ts';
import { type Cluster, type Server, startCluster } from '../support/start-cluster.ts';
import { waitFor } from '../support/vault-operations.ts';

interface Variant {
  readonly product: 'vault' | 'openbao';
  readonly tool: 'vault' | 'bao';
  readonly chart: object;
  /** With `setNodeId` the id is the pod's name, else one that the server made. */
  readonly setNodeId: boolean;
  /** Whether empty servers find the leader by themselves. */
  readonly retryJoin: boolean;
}

const VARIANTS: readonly Variant[] = [
  {
    product: 'vault',
    tool: 'vault',
    chart: { chart: 'hashicorp/vault', chartVersion: '0.34.1' },
    setNodeId: true,
    retryJoin: false,
  },
  {
    product: 'openbao',
    tool: 'bao',
    chart: { chart: 'openbao/openbao', chartVersion: '0.29.2' },
    setNodeId: false,
    retryJoin: true,
  },
];

async function runbookOf({ product, chart, setNodeId, retryJoin }: Variant): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-quorum-'));
  const join = `\n  retry_join { leader_api_addr = "http://${product}-0.${product}-internal:8200" }`;
  const config = `listener "tcp" {\n  tls_disable = 1\n  address = "[::]:8200"\n}\nstorage "raft" {\n  path = "/${product}/data"${retryJoin ? join : ''}\n}\n`;
  const file = path.join(folder, 'lifeboat.yaml');
  writeFileSync(
    path.join(folder, 'my-values.yaml'),
    stringify({ server: { ha: { enabled: true, replicas: 3, raft: { enabled: true, setNodeId, config } } } }),
  );
  writeFileSync(
    file,
    stringify({
      version: 1,
      name: 'payments',
      image: { repository: 'registry.example/lifeboat', tag: '0.1.0' },
      release: { name: product, namespace: 'vault', ...chart, values: ['my-values.yaml'] },
      store: { s3: { bucket: 'vault', region: 'us-south' } },
      restore: { enabled: false },
    }),
  );
  try {
    const [rendered] = await renderClusters({ files: [file] }, Readable.from([]));
    return rendered?.files.find(({ name }) => name === 'RUNBOOK.md')?.text ?? '';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The blocks of the section, without the backup at its end. */
function blocksOfSection(runbook: string): readonly string[] {
  const section = runbook.split('\n## Lost quorum\n')[1]?.split('\n## ')[0] ?? '';
  return blocksOf({ file: 'RUNBOOK.md', text: section })
    .filter(({ info, text }) => info === 'sh' && !text.includes('create job'))
    .map(({ text }) => text);
}

for (const variant of VARIANTS)
  describe(`two of three servers of ${variant.product} are gone`, () => {
    const { product, tool } = variant;
    const ends: (() => Promise<void> | void)[] = [];
    after(async () => {
      for (const end of ends.reverse()) await end();
    });

    function kubectl(binary: string, cluster: Cluster): (called: Called) => Promise<Answered> {
      const serverOf = (pod: string): Server => {
        const found = cluster.servers.find(({ name }) => name === pod);
        if (found === undefined) throw new Error(`there is no pod ${pod}`);
        return found;
      };
      /** Names and paths of the pod, as they are on this machine. */
      const here = (server: Server, words: string): string =>
        cluster.servers
          .reduce(
            (text, { name, address, clusterAddress }) =>
              text
                .replaceAll(`http://${name}.${product}-internal:8200`, address)
                .replaceAll(`${name}.${product}-internal:8201`, clusterAddress),
            words,
          )
          .replaceAll(`/${product}/data`, server.data);
      const lost = new Set<string>();
      return async ({ args, input }) => {
        const [verb, ...rest] = args;
        if (verb === 'exec') {
          const separator = args.indexOf('--');
          const server = serverOf(args.slice(1, separator).find((word) => !word.startsWith('-')) ?? '');
          const [program = '', ...words] = args.slice(separator + 1).map((word) => here(server, word));
          if (words.join(' ') === 'operator unseal') {
            const { status } = await server.operator.call('PUT', 'sys/unseal', { key: cluster.share });
            return { code: status < 300 ? 0 : 2, stdout: '' };
          }
          if (!server.running) return { code: 1, stdout: '' };
          const prefix = product === 'vault' ? 'VAULT' : 'BAO';
          const ran = await execa(program === tool ? binary : program, words, {
            input: here(server, input),
            env: { [`${prefix}_ADDR`]: server.address },
            reject: false,
          });
          return { code: ran.exitCode ?? 1, stdout: ran.stdout === '' ? '' : `${ran.stdout}\n` };
        }
        if (verb === 'delete') {
          const [kind, ...names] = rest.filter((word) => !/^-|^vault$/.test(word));
          for (const name of names) {
            if (kind === 'pvc') lost.add(name.replace('data-', ''));
            else await serverOf(name).restart({ empty: lost.delete(name), withoutJoins: !variant.retryJoin });
          }
          return { code: 0, stdout: '' };
        }
        if (verb === 'wait' || verb === 'get') return { code: 0, stdout: '' };
        throw new Error(`kubectl ${args.join(' ')} is not expected here`);
      };
    }

    test('the pasted commands make the one that is left the leader, with its data, and the others join', async (t) => {
      const found = await requireTool(t, tool);
      if (found === undefined) return;
      const cluster = await startCluster({
        binary: found.path,
        servers: 3,
        names: product,
        makesNodeIds: !variant.setNodeId,
      });
      ends.push(() => cluster.stop());
      const leader = await cluster.leader();
      await leader.operator.must('POST', 'sys/mounts/kept', { type: 'kv' });
      await leader.operator.must('POST', 'kept/app', { password: 'from before' });
      const [first, ...others] = cluster.servers as [Server, Server, Server];
      // Written everywhere, the one that will be left too.
      await waitFor('the secret on the one that is left', async () =>
        (await first.operator.call('GET', 'kept/app', undefined, cluster.root)).status === 200
          ? true
          : undefined,
      );
      for (const server of others) {
        await server.kill();
        rmSync(server.data, { recursive: true });
      }
      const shell = new PastedCommands(kubectl(found.path, cluster));
      ends.push(() => shell.remove());

      await shell.paste(blocksOfSection(await runbookOf(variant)).slice(0, 4));

      await first.operator.waitForHealth(200);
      first.operator.token = cluster.root;
      const { data } = await first.operator.must('GET', 'kept/app');
      assert.deepEqual(data, { password: 'from before' });
      assert.throws(() => statSync(path.join(first.data, 'raft/peers.json')), { code: 'ENOENT' });
      assert.ok(
        statSync(path.join(shell.folder, `${first.name}-data.tar`)).size > 10_000,
        'a copy was taken',
      );
      assert.equal(statSync(path.join(shell.folder, `${first.name}-data.tar`)).mode & 0o077, 0);

      const [listed = '', done = '', unseal = ''] = blocksOfSection(await runbookOf(variant)).slice(4);
      await shell.paste([listed, done, unseal, unseal.replaceAll('"$1"', '"$2"')]);
      await waitFor('three voters', async () => {
        const answer = await first.operator.must('GET', 'sys/storage/raft/configuration');
        const { config } = answer.data as { config: { servers: readonly { voter: boolean }[] } };
        if (config.servers.length < 3)
          for (const { operator } of others) await operator.call('PUT', 'sys/unseal', { key: cluster.share });
        return config.servers.filter(({ voter }) => voter).length === 3 ? true : undefined;
      });
    });

    test('the file that it shows is the one that it writes, for the pod that it names', async () => {
      const runbook = await runbookOf(variant);
      const [shown = ''] = blocksOf({ file: 'RUNBOOK.md', text: runbook })
        .filter(({ info }) => info === 'json')
        .map(({ text }) => text);
      let written = '';
      const shell = new PastedCommands(async ({ args, input }) => {
        if (args.includes('-i')) written = input;
        const asksId = args.at(-1)?.endsWith('node-id') === true;
        return { code: 0, stdout: asksId ? `what /${product}/data/node-id says` : '' };
      });
      await shell.paste(blocksOfSection(runbook).slice(0, 2));
      shell.remove();

      assert.deepEqual(JSON.parse(written), JSON.parse(shown));
    });
  });
