import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig, loadLayers } from './load.ts';
import { ConfigError, formatProblem, type Problem } from './problem.ts';
import type { Environment } from './variables.ts';
import { parseYaml } from './yaml-source.ts';

const FILE = `version: 1
name: payments-\${CLUSTER}
variables: {CLUSTER: {}, REGION: {default: eu-central-1}, KEEP: {}, PATHS: {}}
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1}
store:
  s3: {bucket: vault, region: "\${REGION}"}
`;

function problemsOf(text: string, environment: Environment = { CLUSTER: 'eu' }): readonly Problem[] {
  try {
    loadConfig('lifeboat.yaml', text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('a declared variable stands in any value; its default where it is not set', () => {
  const { config } = loadConfig('lifeboat.yaml', FILE, { CLUSTER: 'eu' });
  const set = loadConfig('lifeboat.yaml', FILE, { CLUSTER: 'us', REGION: 'us-south' }).config;

  assert.equal(config.name, 'payments-eu');
  assert.ok('s3' in config.store && config.store.s3.region === 'eu-central-1');
  assert.equal(set.name, 'payments-us');
  assert.ok('s3' in set.store && set.store.s3.region === 'us-south');
});

test('$${NAME} is the text itself, and a dollar alone is a dollar', () => {
  const { config } = loadConfig(
    'lifeboat.yaml',
    `${FILE}backup: {auth: {kubernetes: {audience: "$\${REGION} $REGION $(REGION) $$"}}}\n`,
    { CLUSTER: 'eu' },
  );

  assert.ok('kubernetes' in config.backup.auth);
  assert.equal(config.backup.auth.kubernetes.audience, '${REGION} $REGION $(REGION) $$');
});

test('a whole number, true and false are taken as such where they are expected, and only there', () => {
  const text = `${FILE}  retention: {keepLast: "\${KEEP}"}\nbackup: {enabled: "\${PATHS}", auth: {kubernetes: {audience: "\${KEEP}"}}}\n`;
  const { config } = loadConfig('lifeboat.yaml', text, { CLUSTER: 'eu', KEEP: '7', PATHS: 'false' });

  assert.equal(config.keepLast, 7);
  assert.equal(config.backup.enabled, false);
  assert.ok('kubernetes' in config.backup.auth);
  assert.equal(config.backup.auth.kubernetes.audience, '7');
  const [problem] = problemsOf(text, { CLUSTER: 'eu', KEEP: 'seven', PATHS: 'true' });
  assert.match(problem?.message ?? '', /keepLast must be a whole number, and is the text "seven"/);
  assert.match(problem?.hint ?? '', /comes from \$\{KEEP\}/);
});

test('what a variable holds is never read as YAML, nor as another variable', () => {
  const text = `${FILE}backup: {auth: {kubernetes: {audience: "\${PATHS}"}}}\n`;
  for (const value of ['a: {b: c}', 'x"}}\nstore: {}', '${CLUSTER}', '*a', '- 1', '$&', "$'"]) {
    const { config } = loadConfig('lifeboat.yaml', text, { CLUSTER: 'eu', PATHS: value });

    assert.ok('kubernetes' in config.backup.auth);
    assert.equal(config.backup.auth.kubernetes.audience, value);
  }
});

test('a later layer may declare, and give another default', () => {
  const layers = [
    'variables: {REGION: {default: ca-tor}, ZONE: {default: Europe/Berlin}}\nbackup: {timeZone: "${ZONE}"}\n',
  ];
  const { config } = loadLayers(
    [FILE, ...layers].map((text, index) => parseYaml(`${index}.yaml`, text, { version: '1.2' })),
    { CLUSTER: 'eu' },
  );

  assert.ok('s3' in config.store && config.store.s3.region === 'ca-tor');
  assert.equal(config.backup.timeZone, 'Europe/Berlin');
});

interface Row {
  readonly name: string;
  readonly text: string;
  readonly environment?: Environment;
  readonly place: string;
  readonly says: RegExp;
  readonly hint: RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: 'a variable that is not declared, though it is set',
    text: `${FILE}backup: {timeZone: "\${HOME}"}\n`,
    environment: { CLUSTER: 'eu', HOME: 'Etc/UTC' },
    place: '8:20',
    says: /^\$\{HOME\} is not declared$/,
    hint: /variables: \{HOME: \{\}\}, or write \$\$\{HOME\}/,
  },
  {
    name: 'a mistyped variable',
    text: FILE.replace('{REGION}', '{REGIN}'),
    place: '7:31',
    says: /\$\{REGIN\} is not declared; did you mean \$\{REGION\}\?/,
    hint: /REGIN/,
  },
  {
    name: 'a variable without a value',
    text: FILE,
    environment: {},
    place: '2:7',
    says: /the variable CLUSTER is not set in the environment/,
    hint: /variables: \{CLUSTER: \{default: \.\.\.\}\}/,
  },
  {
    name: 'a name that every object has',
    text: FILE.replace('{REGION}', '{constructor}'),
    place: '7:31',
    says: /\$\{constructor\} is not declared/,
    hint: /constructor/,
  },
  {
    name: 'a shell expression',
    text: FILE.replace('{REGION}', '{REGION:-x}'),
    place: '7:31',
    says: /no name in braces follows/,
    hint: /Write \$\{NAME\}/,
  },
  {
    name: 'a brace that is not closed',
    text: FILE.replace('${REGION}', '${REGION'),
    place: '7:31',
    says: /no name in braces follows/,
    hint: /\$\$\{/,
  },
  {
    name: 'a variable in a key',
    text: `${FILE}backup: {pod: {labels: {"\${REGION}": x}}}\n`,
    place: '8:25',
    says: /a variable stands in a key/,
    hint: /values only/,
  },
  {
    name: 'a variable with the name of a secret',
    text: FILE.replace('PATHS', 'DB_PASSWORD'),
    place: '3:69',
    says: /the variable DB_PASSWORD looks like a secret/,
    hint: /secretRef/,
  },
  {
    name: 'a variable that holds a secret',
    text: FILE,
    environment: { CLUSTER: 'eu', REGION: 'AKIAABCDEFGHIJKLMNOP' },
    place: '3:26',
    says: /the variable REGION looks like a secret/,
    hint: /secretRef/,
  },
  {
    name: 'a name that no variable has',
    text: FILE.replace('PATHS', 'a-b'),
    place: '3:69',
    says: /"a-b" cannot be the name of a variable/,
    hint: /Letters, digits/,
  },
  {
    name: 'a wrong value, with the variable that it comes from',
    text: FILE,
    environment: { CLUSTER: 'eu', REGION: 'not a region' },
    place: '7:31',
    says: /region must be letters, digits and "-", and is the text "not a region"/,
    hint: /comes from \$\{REGION\}/,
  },
  {
    name: 'a default that is no text',
    text: FILE.replace('eu-central-1', '5'),
    place: '3:44',
    says: /variables\.REGION\.default must be text, and is the number 5/,
    hint: /"5"/,
  },
];

for (const { name, text, environment = { CLUSTER: 'eu' }, place, says, hint } of ROWS) {
  test(`refuses ${name}`, () => {
    const problems = problemsOf(text, environment).filter(
      ({ message }) => !/not set/.test(message) || says.test(message),
    );

    assert.equal(problems.length, 1, problems.map(formatProblem).join('\n') || 'nothing was refused');
    const [problem] = problems;
    assert.match(problem?.message ?? '', says);
    assert.equal(`${problem?.line}:${problem?.column}`, place);
    assert.match(problem?.hint ?? '', hint);
  });
}

test('the value of a variable that looks like a secret is never shown', () => {
  const secret = 'AKIAABCDEFGHIJKLMNOP';
  const problems = problemsOf(FILE, { CLUSTER: secret, REGION: `x ${secret}` });

  assert.equal(problems.length, 2);
  assert.ok(!problems.map(formatProblem).join('\n').includes(secret));
});
