/** What Helm refuses before anything reaches a cluster, and in which words. */
import assert from 'node:assert/strict';
import { type Changes, type CiFile, helmTest, template } from './helm.ts';

async function refused(file: CiFile | undefined, changes: Changes, words: RegExp): Promise<void> {
  const { code, stdout, stderr } = await template(file, changes);
  assert.equal(code, 1, stdout);
  assert.equal(stdout, '');
  assert.match(stderr, words);
}

const long = 'a-name-of-fifty-three-characters-which-is-one-too-many';

const SCHEMA: readonly (readonly [string, unknown, RegExp])[] = [
  ['an unknown key', { bakup: {} }, /additional properties 'bakup' not allowed/],
  [
    'an unknown key further down',
    { backup: { shedule: '' } },
    /at '\/backup': additional properties 'shedule'/,
  ],
  [
    'an unknown key of an image',
    { image: { registry: 'x' } },
    /at '\/image': additional properties 'registry'/,
  ],
  [
    'an unknown key of a mount',
    { mounts: [{ name: 'a', mountPath: '/a', secret: { secretName: 'b' } }] },
    /at '\/mounts\/0\/secret'/,
  ],
  [
    'an unknown key of the configuration',
    { config: { retention: { keep: 3 } } },
    /at '\/config\/retention': additional properties 'keep'/,
  ],
  ['a wrong type', { backup: { suspend: 'yes' } }, /at '\/backup\/suspend': got string, want boolean/],
  ['a number as a tag', { image: { tag: 1.1 } }, /at '\/image\/tag': got number, want string/],
  [
    'a variable that is no text',
    { extraEnv: [{ name: 'A', value: 1 }] },
    /at '\/extraEnv\/0\/value': got number, want string/,
  ],
  [
    'a digest that is none',
    { image: { digest: 'latest' } },
    /at '\/image\/digest': 'latest' does not match pattern/,
  ],
  ['a token that is too short-lived', { vaultToken: { expirationSeconds: 60 } }, /minimum: got 60, want 600/],
  [
    'a deadline that never lets a backup start',
    { backup: { startingDeadlineSeconds: 5 } },
    /minimum: got 5, want 10/,
  ],
  [
    'a time zone inside the schedule',
    { backup: { schedule: 'TZ=UTC 0 1 * * *' } },
    /at '\/backup\/schedule'/,
  ],
  [
    'a mount of two kinds',
    { mounts: [{ name: 'a', mountPath: '/a', secret: { name: 'b' }, configMap: { name: 'c' } }] },
    /at '\/mounts\/0': 'oneOf' failed/,
  ],
  ['a mount of no kind', { mounts: [{ name: 'a', mountPath: '/a' }] }, /at '\/mounts\/0': 'oneOf' failed/],
  [
    'a store of two kinds',
    { config: { store: { directory: { path: '/a' }, s3: { bucket: 'b', prefix: '' } } } },
    /at '\/config\/store'/,
  ],
  [
    'a configuration of another version',
    { config: { version: 2 } },
    /at '\/config\/version': value must be 1/,
  ],
];

for (const [what, values, words] of SCHEMA) {
  helmTest(`the schema refuses ${what}`, () => refused('directory', { values }, words));
}

const WHOLE: readonly (readonly [string, Changes, RegExp])[] = [
  [
    'no image',
    { values: { image: { repository: '' } } },
    /image\.repository is not set: name the repository where you pushed/,
  ],
  [
    'no configuration',
    { values: { config: null } },
    /config is empty: install with the lifeboat-values\.yaml/,
  ],
  [
    'a name of 53 characters',
    { values: { fullnameOverride: long.slice(0, 53) } },
    /has 53 characters, and Kubernetes allows 52: set fullnameOverride/,
  ],
  [
    'a release name that makes a long name',
    { release: long.slice(0, 40) },
    /has 55 characters, and Kubernetes allows 52/,
  ],
  [
    "a label of the chart's own on all objects",
    { values: { commonLabels: { 'app.kubernetes.io/name': 'x' } } },
    /commonLabels sets app\.kubernetes\.io\/name, which the chart sets itself/,
  ],
  [
    "a label of the chart's own on the pod",
    { values: { podLabels: { 'helm.sh/chart': 'x' } } },
    /podLabels sets helm\.sh\/chart/,
  ],
  [
    "a volume named like the chart's own",
    { values: { extraVolumes: [{ name: 'tmp', emptyDir: {} }] } },
    /two volumes of the pod are named "tmp"/,
  ],
  [
    'two volumes of one name',
    { values: { extraVolumes: [{ name: 'auth', emptyDir: {} }] } },
    /two volumes of the pod are named "auth"/,
  ],
  [
    'two mounts at one path',
    { values: { extraVolumeMounts: [{ name: 'auth', mountPath: '/lifeboat/snapshots/' }] } },
    /two volumes are mounted at \/lifeboat\/snapshots:/,
  ],
  [
    'a control character',
    { values: { podAnnotations: { note: 'a\u007fb' } } },
    /the values hold a control character/,
  ],
  [
    'a Kubernetes that does not know time zones',
    { kubernetes: '1.26.9' },
    /requires kubeVersion: >=1\.27\.0-0/,
  ],
];

for (const [what, changes, words] of WHOLE) {
  helmTest(`${what} is refused in one sentence`, () => refused('directory', changes, words));
}

helmTest('a name of 52 characters is taken', async () => {
  const { code, stderr } = await template('directory', { values: { fullnameOverride: long.slice(0, 52) } });
  assert.equal(code, 0, stderr);
});

helmTest('as part of another chart it takes the values that Helm gives to all charts', async () => {
  const { code, stderr } = await template('directory', { values: { global: { anything: true } } });
  assert.equal(code, 0, stderr);
});
