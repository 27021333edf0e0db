import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './load.ts';
import { ConfigError, formatProblem, type Problem } from './problem.ts';

const ROLE = 'arn:aws:iam::123456789012:role/vault';

const GOOD = `version: 1
name: payments-vault
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1}
store:
  s3:
    bucket: vault
    secretRef: {name: vault-snapshot-s3}
backup:
  schedule: "0 */12 * * *"
`;

function problemsOf(text: string): readonly Problem[] {
  try {
    loadConfig('lifeboat.yaml', text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('a small file gets every default', () => {
  const { config } = loadConfig('lifeboat.yaml', GOOD);

  assert.equal(config.keepLast, 14);
  assert.equal(config.backup.timeZone, 'Etc/UTC');
  assert.equal(config.backup.namespace, 'vault');
  assert.equal(config.backup.serviceAccount.name, 'vault-lifeboat');
  assert.deepEqual(config.backup.auth, {
    kubernetes: { mount: 'kubernetes', role: 'lifeboat-backup', audience: 'vault' },
  });
  assert.deepEqual(config.restore, {
    enabled: true,
    snapshot: { latest: {} },
    whenNoSnapshot: 'install',
    whenDamaged: 'stop',
    assumeLost: [],
    unseal: { manual: true },
    initContainer: { extraEnv: [] },
    restoreContainer: {},
    serviceAccount: { annotations: {} },
    timeoutSeconds: 1800,
  });
  assert.deepEqual(config.store, {
    s3: {
      bucket: 'vault',
      prefix: '',
      region: 'us-east-1',
      forcePathStyle: false,
      secret: 'vault-snapshot-s3',
    },
  });
});

interface Row {
  readonly name: string;
  readonly text: string;
  readonly line?: number;
  readonly column?: number;
  readonly says: RegExp;
  readonly hint?: RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: 'an unknown key, with the nearest known one',
    text: GOOD.replace('bucket:', 'buket:'),
    line: 7,
    column: 5,
    says: /unknown key "buket" in store\.s3; did you mean "bucket"\?/,
    hint: /Known here: bucket, prefix/,
  },
  {
    name: 'an unknown key of the top level',
    text: `${GOOD}bakup: {}\n`,
    line: 11,
    column: 1,
    says: /unknown key "bakup" in the top level; did you mean "backup"\?/,
  },
  {
    name: 'a wrong type',
    text: GOOD.replace('"0 */12 * * *"', '[1, 2]'),
    line: 10,
    column: 13,
    says: /backup\.schedule must be text, and is a list/,
  },
  {
    name: 'a number where text is expected, with the quotes to put',
    text: GOOD.replace('bucket: vault', 'bucket: 12345'),
    line: 7,
    column: 13,
    says: /store\.s3\.bucket must be text, and is the number 12345/,
    hint: /"12345"/,
  },
  {
    name: 'nothing where a map is expected',
    text: `${GOOD}restore: {unseal: {manual: }}\n`,
    line: 11,
    says: /restore\.unseal\.manual must be a map, and is nothing/,
    hint: /\{\}/,
  },
  {
    name: 'a missing key',
    text: GOOD.replace('name: payments-vault\n', ''),
    line: 1,
    says: /^name is missing/,
    hint: /unique in the store/,
  },
  {
    name: 'a missing key deep inside, at its parent',
    text: GOOD.replace('    bucket: vault\n', ''),
    line: 6,
    column: 3,
    says: /store\.s3\.bucket is missing/,
  },
  {
    name: 'two kinds where one is expected',
    text: `${GOOD}restore: {unseal: {manual: {}, secretRef: {name: keys}}}\n`,
    line: 11,
    says: /restore\.unseal must name exactly one of secretRef, manual; it names secretRef and manual/,
  },
  {
    name: 'no kind where one is expected',
    text: GOOD.replace(/store:\n(?: .*\n)+/, 'store: {retention: {keepLast: 3}}\n'),
    line: 5,
    says: /store must name exactly one of s3, gcs, azure, directory; it names none/,
  },
  {
    name: 'a value that is not one of those allowed',
    text: `${GOOD}restore: {whenNoSnapshot: instal}\n`,
    says: /restore\.whenNoSnapshot must be one of install, stop, and is the text "instal"; did you mean "install"\?/,
  },
  {
    name: 'a schedule of four fields',
    text: GOOD.replace('0 */12 * * *', '0 */12 * *'),
    line: 10,
    column: 13,
    says: /has 4 fields and five are expected/,
    hint: /minute, hour/,
  },
  {
    name: 'a schedule out of range',
    text: GOOD.replace('0 */12 * * *', '0 25 * * *'),
    line: 10,
    says: /hour: "25" is not in 0 to 23/,
  },
  {
    name: '@every, with the reason',
    text: GOOD.replace('0 */12 * * *', '@every 12h'),
    line: 10,
    says: /"@every 12h" is refused: a CronJob would count its interval anew/,
    hint: /"0 \*\/12 \* \* \*"/,
  },
  {
    name: 'a time zone that does not exist',
    text: `${GOOD}  timeZone: Europe/Berln\n`,
    line: 11,
    column: 13,
    says: /"Europe\/Berln" is no time zone/,
  },
  {
    name: 'a key that stands twice',
    text: GOOD.replace('name: payments-vault\n', 'name: payments-vault\nname: other\n'),
    line: 3,
    column: 1,
    says: /this key stands here twice/,
  },
  {
    name: 'a tab',
    text: GOOD.replace('    bucket', '\tbucket'),
    line: 7,
    says: /a tab stands in the indentation/,
    hint: /spaces only/,
  },
  { name: 'an empty file', text: '', says: /the file is empty/ },
  { name: 'a file of comments', text: '# nothing\n', says: /the file is empty/ },
  { name: 'text that is no YAML', text: 'version: 1\nname: "open\n', says: /this is not YAML/ },
  { name: 'a scalar', text: 'hello\n', line: 1, says: /must be a map of keys/ },
  {
    name: 'two documents',
    text: `${GOOD}---\nversion: 1\n`,
    says: /a second YAML document begins here/,
  },
  {
    name: 'a name that Kubernetes refuses',
    text: GOOD.replace('payments-vault', 'Payments_Vault'),
    line: 2,
    column: 7,
    says: /name must be a Kubernetes name: lower-case/,
  },
  {
    name: 'a name that is too long for a CronJob',
    text: GOOD.replace('{name: vault,', `{name: ${'v'.repeat(50)},`),
    line: 4,
    says: /the CronJob would be named v+-lifeboat: 59 characters, and Kubernetes allows 52/,
  },
  {
    name: 'a version from the future, and nothing else of the file',
    text: `${GOOD.replace('version: 1', 'version: 2')}unknown: true\n`,
    line: 1,
    column: 10,
    says: /of version 2, and this lifeboat knows version 1/,
    hint: /newer lifeboat/,
  },
  {
    name: 'a secret under the key of a secret',
    text: GOOD.replace('    bucket: vault\n', '    bucket: vault\n    secretKey: abc\n'),
    line: 8,
    column: 5,
    says: /store\.s3\.secretKey would hold a secret, and this file holds none/,
    hint: /secretRef: \{name: \.\.\.\}/,
  },
  {
    name: 'a secret by its form',
    text: GOOD.replace('bucket: vault', 'bucket: AKIAABCDEFGHIJKLMNOP'),
    line: 7,
    says: /store\.s3\.bucket has the form of a secret/,
  },
  {
    name: 'a literal secret in the environment of the backup',
    text: `${GOOD}  pod: {extraEnv: [{name: HTTP_PASSWORD, value: hunter2}]}\n`,
    line: 11,
    says: /HTTP_PASSWORD looks like a secret/,
    hint: /secretKeyRef/,
  },
  {
    name: 'a literal secret in the environment of lifeboat-init',
    text: `${GOOD}restore: {initContainer: {extraEnv: [{name: HTTP_PASSWORD, value: hunter2}]}}\n`,
    line: 11,
    says: /HTTP_PASSWORD looks like a secret/,
    hint: /secretKeyRef/,
  },
  {
    name: "a variable of lifeboat's own",
    text: `${GOOD}restore: {initContainer: {extraEnv: [{name: LIFEBOAT_CONFIG, value: "{}"}]}}\n`,
    line: 11,
    says: /the variable LIFEBOAT_CONFIG is lifeboat's own/,
  },
  {
    name: 'a namespace that the official chart would print as a boolean',
    text: GOOD.replace('namespace: vault', 'namespace: "y"'),
    line: 4,
    says: /release\.namespace is a word that readers of YAML take for the boolean true/,
  },
  {
    name: 'one role for both pods',
    text: GOOD.replace(
      / {2}s3:\n(?: {4}.*\n)+/,
      `  s3:\n    bucket: vaults\n    roleArn: ${ROLE}\n    restoreRoleArn: ${ROLE}\n`,
    ),
    line: 9,
    says: /restoreRoleArn names the same identity as roleArn: the server's pods could then delete every snapshot/,
    hint: /another one/,
  },
  {
    name: 'a volume that dies with its pod',
    text: GOOD.replace(/ {2}s3:\n(?: {4}.*\n)+/, '  directory: {volume: {emptyDir: {}}}\n'),
    line: 6,
    says: /a volume of kind emptyDir dies with its pod/,
  },
  {
    name: 'a claim of which nothing is said',
    text: GOOD.replace(
      / {2}s3:\n(?: {4}.*\n)+/,
      '  directory: {volume: {persistentVolumeClaim: {claimName: snapshots}}}\n',
    ),
    line: 6,
    says: /mount this claim at the same time/,
    hint: /accessMode: ReadWriteMany/,
  },
  {
    name: 'a claim that another namespace cannot mount',
    text: `${GOOD.replace(
      / {2}s3:\n(?: {4}.*\n)+/,
      '  directory: {volume: {persistentVolumeClaim: {claimName: snapshots}}, accessMode: ReadWriteMany}\n',
    )}  namespace: backups\n`,
    line: 9,
    says: /a claim belongs to one namespace, and backups is not vault/,
  },
  {
    name: 'a claim that one node alone can mount',
    text: GOOD.replace(
      / {2}s3:\n(?: {4}.*\n)+/,
      '  directory: {volume: {persistentVolumeClaim: {claimName: snapshots}}, accessMode: ReadWriteOnce}\n',
    ),
    line: 6,
    says: /a claim of access mode ReadWriteOnce is mounted on one node at a time/,
    hint: /ReadWriteMany/,
  },
  {
    name: 'an access mode that is none',
    text: GOOD.replace(
      / {2}s3:\n(?: {4}.*\n)+/,
      '  directory: {volume: {persistentVolumeClaim: {claimName: snapshots}}, accessMode: ReadWriteMani}\n',
    ),
    line: 6,
    says: /accessMode must be one of ReadWriteMany, .* did you mean "ReadWriteMany"\?/,
  },
  {
    name: 'a chart without a repository',
    text: GOOD.replace('chartVersion', 'chart: vault, chartVersion'),
    line: 4,
    says: /release\.chart "vault" names no repository/,
    hint: /hashicorp\/vault.*oci:\/\/.*\.\/vault/,
  },
  {
    name: 'an endpoint whose port is out of range',
    text: GOOD.replace('bucket: vault', 'bucket: vault\n    endpoint: https://s3.example:99999'),
    line: 8,
    column: 15,
    says: /store\.s3\.endpoint is no URL that can be dialled/,
  },
  {
    name: 'a namespace that a host name cannot hold',
    text: GOOD.replace('namespace: vault', 'namespace: xn--a'),
    line: 4,
    says: /release\.namespace begins with xn--/,
  },
  {
    name: 'unseal shares beside a seal that needs none',
    text: `${GOOD}vault: {seal: auto}\nrestore: {unseal: {secretRef: {name: keys}}}\n`,
    line: 12,
    column: 11,
    says: /the server unseals itself, so there are no shares to name/,
    hint: /Remove restore\.unseal/,
  },
  {
    name: 'a label that Kubernetes refuses',
    text: `${GOOD}  pod: {labels: {"a b": x}}\n`,
    line: 11,
    column: 18,
    says: /Kubernetes refuses the name "a b"/,
  },
  {
    name: "a label's value that Kubernetes refuses",
    text: `${GOOD}  pod: {nodeSelector: {team: "two words"}}\n`,
    line: 11,
    says: /Kubernetes refuses the value "two words" of a label/,
  },
  {
    name: 'a variable that Kubernetes refuses',
    text: `${GOOD}  pod: {extraEnv: [{name: "1=2", value: x}]}\n`,
    line: 11,
    says: /Kubernetes refuses the name "1=2" of a variable/,
  },
  {
    name: 'a word in the place of a schedule',
    text: GOOD.replace('0 */12 * * *', '@dayly'),
    line: 10,
    says: /"@dayly" is no schedule/,
  },
  {
    name: 'a time zone in the schedule',
    text: GOOD.replace('0 */12 * * *', 'CRON_TZ=Europe/Berlin 0 1 * * *'),
    line: 10,
    says: /a time zone stands in the schedule/,
    hint: /backup\.timeZone/,
  },
  {
    name: 'an alias without an anchor',
    text: GOOD.replace('bucket: vault', 'bucket: *vault'),
    line: 7,
    column: 13,
    says: /this alias names no anchor that stands before it/,
  },
  {
    name: 'an alias inside of what it stands for',
    text: `${GOOD}restore: &a {unseal: *a}\n`,
    line: 11,
    says: /this alias stands inside of what it stands for/,
  },
  {
    name: 'a merge key that merges no map',
    text: `${GOOD}restore: {<<: [1]}\n`,
    line: 11,
    column: 11,
    says: /the merge key << takes an alias of a map/,
  },
  {
    name: 'a wrong value behind an alias, where it is written',
    text: GOOD.replace('name: payments-vault', 'name: &n Payments').replace('bucket: vault', 'bucket: *n'),
    line: 2,
    says: /^name must be a Kubernetes name/,
  },
  {
    name: 'a wrong value that is merged, where it is written',
    text: `${GOOD}restore: {<<: {whenNoSnapshot: Sometimes}}\n`,
    line: 11,
    column: 32,
    says: /whenNoSnapshot must be one of/,
  },
  {
    name: 'an unknown key that is merged, where it is written',
    text: `${GOOD}restore:\n  unseal: &u {manual: {}}\n  <<: {spare: 1}\n`,
    line: 13,
    column: 8,
    says: /unknown key "spare" in restore/,
  },
  {
    name: 'a key that is a map',
    text: `${GOOD}{a: b}: c\n`,
    line: 11,
    says: /a key must be text/,
  },
  {
    name: 'a key of every object',
    text: `${GOOD}__proto__: {a: 1}\n`,
    line: 11,
    column: 1,
    says: /unknown key "__proto__" in the top level/,
  },
  {
    name: 'another key of every object',
    text: GOOD.replace('bucket: vault', 'bucket: vault\n    constructor: x'),
    line: 8,
    says: /unknown key "constructor" in store\.s3/,
  },
];

for (const row of ROWS) {
  test(`refuses ${row.name}`, () => {
    const problems = problemsOf(row.text);

    assert.equal(problems.length, 1, problems.map(formatProblem).join('\n') || 'nothing was refused');
    const [problem] = problems;
    assert.match(problem?.message ?? '', row.says);
    if (row.line !== undefined) assert.equal(problem?.line, row.line);
    if (row.column !== undefined) assert.equal(problem?.column, row.column);
    if (row.hint !== undefined) assert.match(problem?.hint ?? '', row.hint);
  });
}

test('aliases and merge keys are read as YAML 1.1 reads them, and what a map says itself is stronger', () => {
  const text = GOOD.replace('vault, namespace: vault', '&v vault, namespace: *v').replace(
    'schedule:',
    'pod: {labels: &l {a: "1", b: "2"}, annotations: {<<: *l, b: "3"}, nodeSelector: {<<: [{a: "4"}, *l]}}\n  schedule:',
  );

  const { config } = loadConfig('lifeboat.yaml', text);

  assert.equal(config.release.namespace, 'vault');
  assert.deepEqual(config.backup.pod.annotations, { a: '1', b: '3' });
  assert.deepEqual(config.backup.pod.nodeSelector, { a: '4', b: '2' });
});

test('words of Kubernetes for a schedule, charts of registries and of folders are taken', () => {
  for (const text of [
    GOOD.replace('0 */12 * * *', '@daily'),
    GOOD.replace('chartVersion', 'chart: oci://registry.example/charts/vault, chartVersion'),
    GOOD.replace('chartVersion', 'chart: ./vault, chartVersion'),
    GOOD.replace('chartVersion', 'chart: vault, repository: https://charts.example, chartVersion'),
  ]) {
    assert.deepEqual(problemsOf(text), []);
  }
});

test('names every problem of the file in one run, in the order of its lines', () => {
  const text = GOOD.replace('payments-vault', 'Payments')
    .replace('bucket:', 'buket:')
    .replace('0 */12 * * *', 'x');

  const problems = problemsOf(text);

  assert.deepEqual(
    problems.map(({ line }) => line),
    [2, 7, 10],
  );
});

for (const line of [
  'bucket: AKIAABCDEFGHIJKLMNOP',
  'secretKey: AKIAABCDEFGHIJKLMNOP',
  'token: AKIAABCDEFGHIJKLMNOP: x',
  'endpoint: AKIAABCDEFGHIJKLMNOP',
]) {
  test(`a secret is never repeated in a message: ${line.split(':')[0]}`, () => {
    const text = GOOD.replace('bucket: vault', line);

    assert.throws(
      () => loadConfig('lifeboat.yaml', text),
      (error: Error) => error instanceof ConfigError && !error.message.includes('AKIAABCDEFGHIJKLMNOP'),
    );
  });
}

const SHARE = 'O763K7eQyr1Bv0mXw9Zc8LdFgHjKlPoIuYtReWq2As3D';
const AWS = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY'.slice(0, 40);
const HEX = '3b7e'.repeat(16);

for (const [name, text, secret] of [
  ['shares of base64 in a list', `${GOOD}restore: {unseal: {shares: ['${SHARE}', '${SHARE}']}}\n`, SHARE],
  ['shares of any form', `${GOOD}restore: {unseal: {shares: ['hunter2']}}\n`, 'hunter2'],
  [
    'shares below each other, by a finding elsewhere',
    `${GOOD}token:\n  - hunter2\n  - {a: hunter2}\n`,
    'hunter2',
  ],
  ['a share for a reference', `${GOOD}restore: {unseal: {secretRef: '${SHARE}'}}\n`, 'O763'],
  ['a password for a reference', `${GOOD}restore: {unseal: {secretRef: hunter2}}\n`, 'hunter2'],
  ['a number for a reference', `${GOOD}restore: {unseal: {secretRef: {name: 123456789}}}\n`, '123456789'],
  ['an AWS secret for a name', GOOD.replace('vault-snapshot-s3', AWS), AWS],
  ['a hex key for a name', GOOD.replace('vault-snapshot-s3', `${HEX}0a`), HEX],
  ['a short secret for a name', GOOD.replace('vault-snapshot-s3', 'Hunter2'), 'Hunter2'],
  ['text for the auth', `${GOOD}  auth: hunter2\n`, 'hunter2'],
  ['a wrong mount', `${GOOD}  auth: {kubernetes: {mount: "hunter 2"}}\n`, 'hunter'],
  ['a share as a time zone', `${GOOD}  timeZone: ${SHARE}\n`, 'O763'],
  ['a key of the form of a secret', `${GOOD}restore: {unseal: {${SHARE}: x}}\n`, 'O763'],
  [
    'a finding on the line of another secret',
    `${GOOD}restore: {spare: 1, unseal: {secretRef: hunter2}}\n`,
    'hunter2',
  ],
  [
    'a finding on the line of a variable',
    `${GOOD}  pod: {spare: 1, extraEnv: [{name: A_TOKEN, value: hunter2}]}\n`,
    'hunter2',
  ],
  ['a secret that looks like an alias', `${GOOD}restore: {unseal: {secretRef: *hunter2}}\n`, 'hunter2'],
  ['a secret behind an alias', `x: &x {a: hunter2}\n${GOOD}token: *x\n`, 'hunter2'],
  ['a secret in what is no YAML', `${GOOD}restore: {unseal: {shares: ['hunter2'\n`, 'hunter2'],
  ['a token of the parser', `${GOOD}password: "a" "hunter2"\n`, 'hunter2'],
] as const) {
  test(`is silent about ${name}`, () => {
    const problems = problemsOf(text);

    assert.ok(problems.length > 0);
    assert.ok(!JSON.stringify(problems).includes(secret), problems.map(formatProblem).join('\n'));
  });
}

test('a digest, a checksum and an ordinary reference are no secrets', () => {
  const text = `${GOOD.replace('lifeboat}', `lifeboat, digest: "sha256:${HEX}"}`)}  pod: {annotations: {checksum/config: ${HEX}}}\n`;

  assert.deepEqual(problemsOf(text), []);
  const [spare] = problemsOf(GOOD.replace('{name: vault-snapshot-s3}', '{name: vault-snapshot-s3, nam: x1}'));
  assert.equal(spare?.source, undefined);
  const [region] = problemsOf(
    `${GOOD.replace('    bucket: vault\n', '')}`.replace('secretRef: {', 'buckt: vault\n    secretRef: {'),
  );
  assert.match(region?.source ?? '', /buckt: vault/);
});

test('a problem is printed with its line and a pointer under it', () => {
  const [problem] = problemsOf(GOOD.replace('bucket:', 'buket:'));

  assert.ok(problem !== undefined);
  assert.deepEqual(formatProblem(problem).split('\n').slice(0, 3), [
    'lifeboat.yaml:7:5: unknown key "buket" in store.s3; did you mean "bucket"?',
    '  7 |     buket: vault',
    '    |     ^^^^^',
  ]);
});
