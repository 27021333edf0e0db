/** What a pod with an empty disk makes of real servers: without data, sealed, active, by TLS, and by TLS with client certificates. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createAsker } from '../../bootstrap/peers/ask-server.ts';
import { certificateFor } from '../support/certificates.ts';
import { freePort, startServer } from '../support/server-process.ts';
import { requireTool } from '../support/skip.ts';
import { Operator, waitFor } from '../support/vault-operations.ts';

interface Running {
  readonly port: number;
  readonly folder: string;
}

/** A server with these lines in its listener. */
async function start(t: TestContext, binary: string, listener: readonly string[]): Promise<Running> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-peer-'));
  const [port, clusterPort] = [await freePort(), await freePort()];
  mkdirSync(path.join(folder, 'data'));
  const config = [
    'disable_mlock = true',
    `api_addr = "http://127.0.0.1:${port}"`,
    `cluster_addr = "https://127.0.0.1:${clusterPort}"`,
    'listener "tcp" {',
    `  address = "127.0.0.1:${port}"`,
    `  cluster_address = "127.0.0.1:${clusterPort}"`,
    ...listener,
    '}',
    'storage "raft" {',
    `  path = "${path.join(folder, 'data')}"`,
    '  performance_multiplier = 1',
    '}',
    '',
  ];
  const file = path.join(folder, 'server.hcl');
  writeFileSync(file, config.join('\n'));
  const server = startServer(binary, ['server', `-config=${file}`], { HOME: folder });
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  return { port, folder };
}

/** What is seen at last: a server that starts refuses first. */
async function seen(port: number, caFile?: string): Promise<readonly [initialised: boolean, words: string]> {
  const asker = createAsker({ port, tls: caFile === undefined ? {} : { caFile } });
  try {
    return await waitFor('an answer of the server', async () => {
      const answer = await asker.ask('127.0.0.1');
      return answer.answer === 'server' ? ([answer.initialised, answer.words] as const) : undefined;
    });
  } finally {
    await asker.close();
  }
}

for (const [product, tool] of [
  ['vault', 'vault'],
  ['openbao', 'bao'],
] as const) {
  test(`${product}: without data, active, and sealed after a restart of its own`, async (t) => {
    const found = await requireTool(t, tool);
    if (found === undefined) return;
    const { port } = await start(t, found.path, ['  tls_disable = 1']);

    assert.deepEqual(await seen(port), [false, 'a server that was never initialised']);

    const operator = new Operator(`http://127.0.0.1:${port}`);
    const { shares } = await operator.init(1, 1);
    assert.deepEqual(await seen(port), [true, 'a server with data, sealed']);
    await operator.unseal(shares);
    assert.deepEqual(await seen(port), [true, 'a server with data, unsealed and active']);
  });

  test(`${product}: by TLS it is recognised behind a question in plain HTTP`, async (t) => {
    const found = await requireTool(t, tool);
    if (found === undefined) return;
    const files = await certificateFor('vault.example');
    const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-peer-tls-'));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const tls = [
      `  tls_cert_file = "${path.join(folder, 'tls.crt')}"`,
      `  tls_key_file = "${path.join(folder, 'tls.key')}"`,
    ];

    const open = await start(t, found.path, tls);
    assert.deepEqual(await seen(open.port, path.join(folder, 'ca.crt')), [
      false,
      'a server that was never initialised',
    ]);

    const hidden = await start(t, found.path, [
      ...tls,
      `  tls_client_ca_file = "${path.join(folder, 'ca.crt')}"`,
      '  tls_require_and_verify_client_cert = true',
    ]);
    const [initialised, words] = await seen(hidden.port, path.join(folder, 'ca.crt'));
    assert.equal(initialised, true);
    assert.match(words, /asks for a client certificate/);
  });
}
