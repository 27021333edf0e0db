import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doingOf, isUnsealer } from './commands.ts';

const TAKES_OVER: readonly (readonly string[])[] = [
  ['vault', 'operator', 'init'],
  ['/bin/sh', '-c', 'sleep 5; vault operator unseal "$KEY"'],
  ['/bin/sh', '-c', 'bao  operator\tinit -key-shares=1'],
  ['sh', '-c', 'vault operator \\\n  unseal $KEY'],
  ['sh', '-c', 'V=vault; "$V" "operator" \'unseal\' $KEY'],
  ['sh', '-c', 'vault operator raft snapshot restore -force /b/x.snap'],
  ['sh', '-c', 'curl -s --request PUT --data @k $VAULT_ADDR/v1/sys/unseal'],
  ['sh', '-c', 'curl $VAULT_ADDR/v1/sys/init -d {}'],
  ['sh', '-c', 'wget --post-data={} -O- http://127.0.0.1:8200/v1/sys/init'],
  ['sh', '-c', 'curl -XPOST -T x.snap http://127.0.0.1:8200/v1/sys/storage/raft/snapshot-force'],
  ['sh', '-c', 'vault write sys/unseal key=$KEY'],
  ['bank-vaults', 'unseal', '--init'],
];

const UNSEEN: readonly (readonly string[])[] = [
  ['/vault/userconfig/hook/run.sh'],
  ['/bin/sh', '-c', '/vault/userconfig/hook/run'],
  ['/bin/sh', '/scripts/post-start'],
  ['/bin/sh', '-c', 'sleep 1 && bash /scripts/x'],
  ['/bin/sh', '-c', '. /scripts/x'],
  ['sh', '-c', 'echo dmF1bHQ= | base64 -d | sh'],
  ['sh', '-c', 'eval "$HOOK"'],
  ['sh', '-c', 'curl -X $METHOD $VAULT_ADDR/v1/sys/unseal'],
];

const HARMLESS: readonly (readonly string[])[] = [
  [],
  ['/bin/sh', '-c', 'echo started > /tmp/started'],
  ['/bin/sh', '-c', 'vault operator init -status || true'],
  ['sh', '-c', 'until vault status; do sleep 1; done; vault audit list'],
  ['sh', '-c', 'vault operator raft snapshot save /tmp/x.snap'],
  ['/usr/local/bin/vault', 'login', '-method=kubernetes'],
  ['sh', '-c', 'echo the operator initialises nothing'],
];

for (const [doing, rows] of [
  ['takes over', TAKES_OVER],
  ['unseen', UNSEEN],
  ['harmless', HARMLESS],
] as const) {
  for (const words of rows) {
    test(`${doing}: ${JSON.stringify(words)}`, () => assert.equal(doingOf(words), doing));
  }
}

test('images that unseal are known by their names', () => {
  assert.ok(isUnsealer('ghcr.io/bank-vaults/bank-vaults:1.31'));
  assert.ok(isUnsealer('registry.example/vault-unsealer@sha256:00'));
  assert.ok(!isUnsealer('hashicorp/vault:1.21.1'));
  assert.ok(!isUnsealer('registry.example/vault-init-data/logger:1'));
});
