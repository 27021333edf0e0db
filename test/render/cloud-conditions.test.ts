/**
 * The conditions of Google and Azure, tried both ways. No engine of either cloud can be had, so this is a stand-in for
 * them: it reads the few forms that are rendered, and fails on any other.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { condition } from '../../generator/render/terraform-store-azure.ts';
import { hasTerraform, terraformResources } from '../support/terraform.ts';
import { fileOf, renderCase } from './cases.ts';

const SNAPSHOT = 'snapshots/20261123T220000Z-12.snap';
const RECEIPT = 'receipts/20261123T220000Z-a_b.json';
type Who = 'backup' | 'restore';
type Act = 'list' | 'read' | 'write' | 'delete';

/** What is asked of the conditions, and who may. The neighbour's name begins with ours. */
const RIGHTS: readonly (readonly [Act, string, readonly Who[]])[] = [
  ['read', `own/${SNAPSHOT}`, ['backup', 'restore']],
  ['read', `own-2/${SNAPSHOT}`, []],
  ['write', `own/${SNAPSHOT}`, ['backup']],
  ['write', 'own/latest.json', ['backup']],
  ['write', `own/${RECEIPT}`, ['backup', 'restore']],
  ['write', `own-2/${RECEIPT}`, []],
  ['delete', `own/${SNAPSHOT}`, ['backup']],
  ['delete', `own/${RECEIPT}`, []],
  ['delete', `own-2/${SNAPSHOT}`, []],
];

const AZURE_ACTS = { list: 'read', read: 'read', write: 'write', delete: 'delete' } as const;
const RULE =
  /^\(\n {2}\(\n {4}!\(ActionMatches\{'[^']*\/blobs\/([a-z/]+)'\}(?: AND (NOT )?SubOperationMatches\{'Blob\.List'\})?\)\n {2}\)\n {2}OR\n {2}\(\n {4}(@Request|@Resource)\[[^\]]*:(path|prefix)\] StringStartsWith '([^']*)'\n {2}\)\n\)$/;

/** Each rule holds where it does not speak of the act, or where the path begins as it says. */
function azureAllows(who: Who, act: Act, path: string): boolean {
  // The role has no data action to delete by.
  if (who === 'restore' && act === 'delete') return false;
  return condition(who, 'own')
    .split('\nAND\n')
    .every((text) => {
      const match = RULE.exec(text);
      assert.ok(match, `an unknown rule: ${text}`);
      const [, action, not, , , begins = ''] = match;
      const lists = text.includes('Blob.List') && not === undefined;
      const speaks = action === AZURE_ACTS[act] && (action !== 'read' || lists === (act === 'list'));
      return !speaks || path.startsWith(begins);
    });
}

for (const [act, path, allowed] of [
  ...RIGHTS,
  ['list', 'own/snapshots/', ['backup', 'restore']],
  ['list', 'own-2/', []],
  ['list', '', []],
  ['delete', 'own/latest.json', []],
] as typeof RIGHTS) {
  test(`Azure: ${act} ${path}: ${allowed.join(', ') || 'nobody'}`, () => {
    assert.deepEqual(
      (['backup', 'restore'] as const).filter((who) => azureAllows(who, act, path)),
      allowed,
    );
  });
}

const GOOGLE_ROLES: Readonly<Record<string, Act>> = {
  'roles/storage.objectViewer': 'read',
  'roles/storage.objectCreator': 'write',
  lifeboat_prune_orders: 'delete',
};

test('Google: each condition lets through what it is for, and no more', async (t) => {
  if (!(await hasTerraform(t))) return;
  // The evaluator knows no ids: those are made by the provider.
  const text = fileOf(await renderCase('google-workload-identity'), 'terraform/store/main.tf').replaceAll(
    'custom_role.prune.id',
    'custom_role.prune.role_id',
  );
  const { google_storage_bucket_iam_member: members = {} } = await terraformResources(text);
  const allows = (who: Who, act: Act, path: string): boolean =>
    Object.values(members)
      .filter(
        ({ role, member }) => GOOGLE_ROLES[String(role)] === act && String(member).includes(`vault-${who}@`),
      )
      .some((grant) => {
        const { expression } = grant.condition as { readonly expression: string };
        return expression.split(' || ').some((part) => {
          const begins = /^resource\.name\.startsWith\('([^']+)'\)$/.exec(part)?.[1];
          assert.ok(begins, `an unknown condition: ${part}`);
          return `projects/_/buckets/orders-vault-snapshots/objects/eu/${path}`.startsWith(begins);
        });
      });
  // To replace an object is to delete it.
  const rights: typeof RIGHTS = [...RIGHTS, ['delete', 'own/latest.json', ['backup']]];
  for (const [act, path, allowed] of rights)
    assert.deepEqual(
      (['backup', 'restore'] as const).filter((who) => allows(who, act, path.replace('own', 'orders'))),
      allowed,
      `${act} ${path}`,
    );
  const unconditional = Object.values(members).filter((grant) => grant.condition === undefined);
  assert.deepEqual([...new Set(unconditional.map(({ role }) => role))], ['roles/storage.legacyBucketReader']);
});
