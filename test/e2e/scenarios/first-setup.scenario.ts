/**
 * A new server by the lines of its own runbook, pasted: install, init, the backup's login by the kubernetes auth method, and
 * the first backup, which comes in with nothing but the short-lived token of its service account.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PRODUCT_NAMES } from '../../../contract/product-words.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { rememberSecrets } from '../known-secrets.ts';
import { kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { Runbook } from '../runbook.ts';
import { scenario } from '../scenario.ts';
import { COMMAND_LINES } from '../server-in-pod.ts';

/** What `operator init` printed for people. */
function keysIn(said: string): Keys {
  const shares = [...said.matchAll(/Unseal Key \d+: (\S+)/g)].map(([, share = '']) => share);
  const [, root = ''] = /Initial Root Token: (\S+)/.exec(said) ?? [];
  rememberSecrets(root, ...shares);
  return { shares, root };
}

for (const product of ['openbao', 'vault'] as const) {
  scenario(`first setup of ${product} by its runbook`, { value: 9, seconds: 50 }, (it) => {
    let release: Release;
    let runbook: Runbook;
    let keys: Keys;

    /** As an administrator outside of the pod. */
    async function setupAuth(...flags: readonly string[]): Promise<string> {
      const { address, token } = COMMAND_LINES[product];
      const env = { [address]: await release.server.address(), [token]: keys.root };
      return release.lifeboat(['setup-auth', '-f', 'lifeboat.yaml', ...flags], env);
    }

    it.before(async () => {
      release = await it.release({ product, namespace: `setup-${product}` });
      await release.render();
      runbook = await Runbook.open(release);
      it.atEnd(() => runbook.end());
    });

    it.step('the lines for a new server give one that lifeboat leaves alone', async () => {
      const [install = '', unseal = '', shares = ''] = await runbook.blocks(
        `A new ${PRODUCT_NAMES[product]}`,
      );
      const { credentialsFolder } = release.options.s3;
      const keyFiles = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map(
        (name) => [name, path.join(credentialsFolder, name)] as const,
      );

      keys = keysIn(await runbook.paste([install], { files: Object.fromEntries(keyFiles) }));
      // It asks for a share at a terminal: the API takes the same ones.
      assert.match(unseal, /operator unseal$/m);
      await release.server.unseal(keys);
      const file = path.join(release.folder, 'shares');
      await writeFile(file, `${keys.shares.join('\n')}\n`, { mode: 0o600 });
      await runbook.paste([shares], { files: { shares: file } });

      await release.server.ready();
      assert.match(await release.server.log('lifeboat-init'), /a first install/);
    });

    it.step('setup-auth makes the login', async () => {
      const said = await setupAuth();

      for (const step of ['policy', 'auth method', 'auth config', 'role'])
        assert.match(said, new RegExp(`^created +${step} `, 'm'));
    });

    it.step('the lines for the login leave it as it is, and the first backup comes in by it', async () => {
      await release.server.writeSecret(keys.root, 'app', 'the first value');

      const said = await runbook.paste(await runbook.blocks('For both: the login, and the first backup'), {
        token: keys.root,
      });

      assert.match(said, /BACKED UP .*verified, read back/);
    });

    it.step("setup-auth proves it with a token of the backup's service account", async () => {
      const account = `${release.name}-lifeboat`;
      const args = ['create', 'token', account, '-n', release.options.namespace, '--audience=vault'];
      const token = path.join(release.folder, 'account-token');
      await writeFile(token, await kubectl(args), { mode: 0o600 });

      const said = await setupAuth('--verify', '--service-account-token', token);

      assert.doesNotMatch(said, /^(?:created|changed) /m);
      assert.match(said, /verified: the kubernetes login may take snapshots/);
    });
  });
}
