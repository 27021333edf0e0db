/** An audit device that cannot work in the new pod makes a restored Vault useless: named before anything is put into place. */
import assert from 'node:assert/strict';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { hasServerUser, SERVER_GID, SERVER_UID } from '../support/pod/container-process.ts';
import { eachProduct } from '../support/pod/each-product.ts';
import { World } from '../support/pod/world.ts';

describe('a snapshot with a file audit device', () => {
  eachProduct((product, server, it) => {
    it(`${product}: whose path cannot be written is named and not restored, with a manifest or without`, async (t) => {
      const stanza = (path: string) => `audit "file" "main" {\n  options { file_path = "${path}" }\n}`;
      const found = await server();
      const world = await World.create({
        ...found,
        store: 'directory',
        unseal: 'shares',
        // OpenBao takes audit devices from its configuration only; Vault by its API.
        ...(product === 'openbao' ? { moreConfig: stanza('/audit/audit.log') } : {}),
        serverValues: {
          volumes: [{ name: 'audit-log', hostPath: { path: auditFolder(t) } }],
          volumeMounts: [{ name: 'audit-log', mountPath: '/audit' }],
        },
      });
      t.after(() => world.stop());
      await world.install(5, 3, 'hunter2');
      if (product === 'vault')
        await world.operator.must('POST', 'sys/audit/main', {
          type: 'file',
          options: { file_path: '/audit/audit.log' },
        });
      const backup = await world.backup();
      assert.equal(backup.code, 0, backup.log);
      await world.loseEverything();

      // The new pod lacks the volume.
      const whole = world.rendered;
      world.rendered = { ...whole, server: { ...whole.server, initContainers: withoutAudit(world) } };
      const named = await world.startPod();
      assert.notEqual(named[1]?.code ?? 0, 0, named.map(({ log }) => log).join(''));
      assert.match(
        named[1]?.log ?? '',
        product === 'vault'
          ? /audit devices can work in this pod: main\/ \(file \/audit\/audit\.log cannot be written\)/
          : /audit/,
      );
      assert.doesNotMatch(named.map(({ log }) => log).join(''), /in place/);
      assert.deepEqual(readdirSync(world.data), ['.lifeboat']);

      // Without the manifest nobody knows beforehand; then the server's own behaviour decides.
      if (product === 'vault') {
        dropAuditFromManifest(world);
        await world.render({ timeout: '20s' });
        world.rendered = {
          ...world.rendered,
          server: { ...world.rendered.server, initContainers: withoutAudit(world) },
        };
        const proven = await world.startPod();
        assert.notEqual(proven[1]?.code ?? 0, 0, proven.map(({ log }) => log).join(''));
        assert.match(proven[1]?.log ?? '', /not restored: .*audit/);
        assert.deepEqual(readdirSync(world.data), ['.lifeboat']);
      }

      world.rendered = whole;
      const inits = await world.startPod();
      assert.deepEqual(
        inits.map(({ code }) => code),
        [0, 0],
        inits.map(({ log }) => log).join(''),
      );
      await world.operator.waitForHealth(200);
    });
  });
});

function withoutAudit(world: World) {
  return world.rendered.server.initContainers.map((container) => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).filter(({ name }) => name !== 'audit-log'),
  }));
}

function auditFolder(t: { after: (work: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-audit-'));
  if (hasServerUser()) chownSync(folder, SERVER_UID, SERVER_GID);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function dropAuditFromManifest(world: World): void {
  const folder = join(world.snapshots, 'payments-vault', 'snapshots');
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.manifest.json')) ?? '');
  const { audit: _, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify(rest));
}
