import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadConfig } from '../config/load.ts';
import { identityWarnings } from './identity-warnings.ts';
import { annotationValues, serverIdentity } from './server-identity.ts';
import { annotationOf, type ServiceAccount } from './service-account.ts';
import type { Values } from './values.ts';

const ROLE = 'eks.amazonaws.com/role-arn';
const OURS = 'arn:aws:iam::123456789012:role/restore';
const THEIRS = 'arn:aws:iam::123456789012:role/vault-kms';

function configWith(s3: string, restore = '{}') {
  return loadConfig(
    'lifeboat.yaml',
    `version: 1
name: payments-vault
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: secrets, chartVersion: 0.34.1}
store: ${s3.startsWith('{') ? s3 : `{s3: {bucket: vault, ${s3}}}`}
restore: ${restore}
`,
  ).config;
}

function account(annotations: Values | string, more: Partial<ServiceAccount> = {}): ServiceAccount {
  return { name: 'vault', made: true, annotations, podLabels: {}, ...more };
}

const NAMED = configWith(`restoreRoleArn: "${OURS}"`);

test('an account without a role gets the one that lifeboat.yaml names', () => {
  const { who, annotations, kept } = serverIdentity(NAMED, account({ team: 'core' }));

  assert.equal(who, OURS);
  assert.deepEqual(annotations, { [ROLE]: OURS });
  assert.deepEqual(kept, []);
  assert.deepEqual(annotationValues(annotations, { team: 'core' }), { [ROLE]: OURS });
  assert.deepEqual(identityWarnings(NAMED, account({})), []);
});

test('a role of the user stays, in a map and in text, and is the one that needs the policy', () => {
  for (const annotations of [
    { [ROLE]: THEIRS },
    `team: core\n"${ROLE}": ${THEIRS}\n`,
    `  ${ROLE} : '${THEIRS}'  \n`,
  ]) {
    const identity = serverIdentity(NAMED, account(annotations));

    assert.equal(identity.who, THEIRS);
    assert.deepEqual(identity.annotations, {});
    assert.equal(annotationValues(identity.annotations, annotations), undefined);
    assert.deepEqual(
      identity.kept.map(({ theirs, named }) => [theirs, named]),
      [[THEIRS, OURS]],
    );
    const said = identityWarnings(NAMED, account(annotations)).join('\n');
    assert.match(said, /give eks\.amazonaws\.com\/role-arn the value .*vault-kms, which stays/);
    assert.match(said, /keeps the identity of your values, .*vault-kms: give it s3-policy-restore\.json/);
  }
});

test('the same role in both is no contradiction', () => {
  const identity = serverIdentity(NAMED, account({ [ROLE]: OURS }));

  assert.deepEqual(identity.annotations, {});
  assert.deepEqual(identity.kept, []);
});

test('a role of the user stays where lifeboat.yaml names none', () => {
  const said = identityWarnings(configWith('region: eu-central-1'), account({ [ROLE]: THEIRS }));

  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /keeps the identity of your values, .*vault-kms/);
});

test('nobody is named where neither does', () => {
  const config = configWith('region: eu-central-1');

  assert.equal(serverIdentity(config, account({})).who, undefined);
  assert.match(identityWarnings(config, account({})).join('\n'), /need an identity that may read the bucket/);
  assert.deepEqual(identityWarnings(configWith('secretRef: {name: s3}'), account({})), []);
});

test('the other clouds have annotations of their own, and Azure needs a label on the pod', () => {
  const gcs = configWith(
    '{gcs: {bucket: snapshots, restoreServiceAccount: restore@project.iam.gserviceaccount.com}}',
  );
  const azure = configWith('{azure: {account: snapshots, container: vault}}');
  const client = { 'azure.workload.identity/client-id': 'c0ffee00-0000-4000-8000-000000000000' };

  assert.deepEqual(serverIdentity(gcs, account({})).annotations, {
    'iam.gke.io/gcp-service-account': 'restore@project.iam.gserviceaccount.com',
  });
  assert.match(identityWarnings(azure, account({})).join('\n'), /store\.azure: without a secretRef/);
  assert.deepEqual(serverIdentity(azure, account({})).podLabels, {});
  // Their identity needs the label as much as ours.
  assert.deepEqual(serverIdentity(azure, account(client)).podLabels, {
    'azure.workload.identity/use': 'true',
  });
  const off = account(client, { podLabels: { 'azure.workload.identity/use': 'false' } });
  assert.deepEqual(serverIdentity(azure, off).podLabels, {});
  assert.match(
    identityWarnings(azure, off).join('\n'),
    /server\.extraLabels: your values give .* the value false/,
  );
});

test('annotations of any name are added beside theirs, and theirs stay', () => {
  const config = configWith('secretRef: {name: s3}', '{serviceAccount: {annotations: {a: ours, b: ours}}}');

  const { annotations, kept } = serverIdentity(config, account({ b: 'theirs' }));

  assert.deepEqual(annotations, { a: 'ours' });
  assert.deepEqual(kept, [
    { path: 'server.serviceAccount.annotations', key: 'b', theirs: 'theirs', named: 'ours' },
  ]);
});

test('an account that the chart does not make is left to its owner, with the command', () => {
  const foreign = account({}, { name: 'shared', made: false });

  assert.deepEqual(serverIdentity(NAMED, foreign).annotations, {});
  assert.match(
    identityWarnings(NAMED, foreign).join('\n'),
    /kubectl annotate serviceaccount shared -n secrets 'eks\.amazonaws\.com\/role-arn=arn:aws:iam::123456789012:role\/restore'/,
  );
});

test('lines are added to text at its own indentation, and stay text in a template', () => {
  const theirs = '  # ours\n  team: {{ .Release.Name }}\n';

  const text = annotationValues({ a: 'x: "y" {{ z }}' }, theirs);

  assert.equal(text, '  # ours\n  team: {{ .Release.Name }}\n  a: "x: \\"y\\" {{`{{`}} z }}"\n');
  const printed = String(text).replace('{{ .Release.Name }}', 'vault').replace('{{`{{`}}', '{{');
  assert.deepEqual(parse(printed), { team: 'vault', a: 'x: "y" {{ z }}' });
});

test('an annotation that only begins or ends like another is not taken for it', () => {
  assert.equal(
    annotationOf('x.eks.amazonaws.com/role-arn: a\neks.amazonaws.com/role-arns: b\n', ROLE),
    undefined,
  );
  assert.equal(annotationOf('# eks.amazonaws.com/role-arn: a\n', ROLE), undefined);
  assert.equal(annotationOf({ [ROLE]: null }, ROLE), undefined);
});
