/** `lifeboat init`: what it begins is valid as soon as all is answered, for each chart and kind of values. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { main } from '../../cli/program.ts';
import { OFFICIAL_CHARTS } from '../../generator/chart/official-charts.ts';
import { loadConfig } from '../../generator/config/load.ts';
import { dataOf, renderCase } from '../render/cases.ts';
import { type Ended, lifeboat, PROGRAM } from '../support/command-line.ts';
import { whyMissing } from '../support/skip.ts';
import { type StandIn, startStandIn } from '../support/stand-in-kubernetes.ts';
import { findTool } from '../support/tools/find-tool.ts';

interface Written {
  readonly name: string;
  readonly release: {
    readonly name: string;
    readonly values: readonly string[];
    readonly chartVersion: string;
  };
  readonly vault?: { readonly raftConfig?: string; readonly tls?: { readonly ca?: unknown } };
  readonly restore: { readonly enabled?: boolean; readonly unseal?: unknown };
}

const work = mkdtempSync(path.join(tmpdir(), 'lifeboat-init-'));
after(() => rmSync(work, { recursive: true, force: true }));

let folder = '';
const inFolder = (name: string): string => path.join(folder, name);
const textOf = (name: string): string => readFileSync(inFolder(name), 'utf8');
const dataIn = (name: string): Written => parse(textOf(name)) as Written;

beforeEach(() => {
  folder = mkdtempSync(path.join(work, 'case-'));
});

/** In this process: many of them. */
async function inProcess(...args: readonly string[]): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  const code = await main(args, {
    stdin: Readable.from([]),
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}

/** Of a problem. */
const PLACE = ['file', 'line', 'column', 'source', 'width'];

const RAFT = 'storage "raft" {\n  path = "/vault/data"\n}\n';
const PLAIN =
  'listener "tcp" {\n  tls_disable = true\n  address = "[::]:8200"\n  cluster_address = "[::]:8201"\n}\n';
const TLS = `listener "tcp" {
  address         = "[::]:8200"
  cluster_address = "[::]:8201"
  tls_cert_file   = "/vault/userconfig/vault-tls/tls.crt"
  tls_key_file    = "/vault/userconfig/vault-tls/tls.key"
}
`;
const ANSWERS = [
  ...[
    '--name',
    'payments-vault',
    '--image',
    'registry.example/lifeboat:0.1.0',
    '--bucket',
    'vault-snapshots',
  ],
  ...['--store-secret', 'vault-snapshot-s3'],
];

interface Kind {
  readonly values: object;
  readonly flags?: readonly string[];
  /** Whether a restore fits today. */
  readonly restores: boolean;
}

function kindsFor(product: 'vault' | 'openbao'): Readonly<Record<string, Kind>> {
  const of = (text: string): string => text.replaceAll('/vault/', `/${product}/`);
  const config = of(PLAIN + RAFT);
  const variable = product === 'vault' ? 'VAULT_CACERT' : 'BAO_CACERT';
  const image = product === 'openbao' ? { image: { repository: 'openbao/openbao' } } : {};
  const raft = (replicas: number, more: object = {}): object => ({
    server: { ...image, ha: { enabled: true, replicas, raft: { enabled: true, ...more } } },
  });
  return {
    'standalone with raft': { values: { server: { ...image, standalone: { config } } }, restores: true },
    'one replica': { values: raft(1), flags: ['--unseal-secret', 'vault-unseal-keys'], restores: true },
    'three replicas': { values: raft(3), restores: true },
    TLS: {
      values: {
        global: { tlsDisable: false },
        server: {
          ...image,
          extraVolumes: [{ type: 'secret', name: 'vault-tls' }],
          extraEnvironmentVars: { [variable]: `/${product}/userconfig/vault-tls/ca.crt` },
          ha: { enabled: true, replicas: 1, raft: { enabled: true, config: of(TLS + RAFT) } },
        },
      },
      restores: true,
    },
    'TLS out of a volume of its own': {
      values: {
        global: { tlsDisable: false },
        server: {
          ...image,
          volumes: [{ name: 'tls', secret: { secretName: 'vault-tls' } }],
          volumeMounts: [{ name: 'tls', mountPath: `/${product}/userconfig/vault-tls` }],
          extraEnvironmentVars: { [variable]: `/${product}/userconfig/vault-tls/ca.crt` },
          ha: { enabled: true, replicas: 1, raft: { enabled: true, config: of(TLS + RAFT) } },
        },
      },
      restores: true,
    },
    'auto-unseal': {
      values: raft(1, { config: `${config}seal "awskms" {\n  region = "eu-central-1"\n}\n` }),
      restores: true,
    },
    'a hook that unseals': {
      values: {
        server: { ...image, postStart: ['sh', '-c', 'vault operator unseal $KEY'], standalone: { config } },
      },
      restores: false,
    },
  };
}

for (const { product, version } of OFFICIAL_CHARTS) {
  describe(`with the chart of ${product} ${version}`, () => {
    for (const [name, { values, flags = [], restores }] of Object.entries(kindsFor(product))) {
      it(`begins a file that is valid at once: ${name}`, async () => {
        writeFileSync(inFolder('my-values.yaml'), JSON.stringify(values));
        const args = ['--values', inFolder('my-values.yaml'), '--chart-version', version];
        const out = inFolder('lifeboat.yaml');

        const begun = await inProcess('init', ...args, ...ANSWERS, ...flags, '-o', out);
        const valid = await inProcess('validate', '-f', out);

        assert.equal(begun.code, 0, begun.stderr);
        assert.equal(valid.code, 0, valid.stderr);
        const { release, restore, vault } = dataIn('lifeboat.yaml');
        assert.deepEqual([release.values, release.chartVersion], [['my-values.yaml'], version]);
        assert.equal(release.name, product);
        assert.equal(restore.enabled, restores ? undefined : false, begun.stderr);
        if (!restores) assert.match(textOf('lifeboat.yaml'), /# Backups only, since a restore does not fit/);
        assert.equal(vault?.raftConfig, name === 'three replicas' ? 'render' : undefined);
        if (name === 'auto-unseal') assert.equal(restore.unseal, undefined);
        if (name.startsWith('TLS'))
          assert.deepEqual(vault?.tls?.ca, { secretRef: { name: 'vault-tls', key: 'ca.crt' } });
      });
    }
  });
}

describe('every kind of store', () => {
  const stores = {
    s3: [
      '--bucket',
      'vault-snapshots',
      '--endpoint',
      'https://s3.example',
      '--region',
      'us-south',
      '--prefix',
      'a/b',
    ],
    gcs: ['--bucket', 'vault-snapshots', '--store-secret', 'gcs-key'],
    azure: ['--account', 'vaultsnapshots', '--container', 'snapshots'],
    directory: ['--nfs', 'nfs.example:/exports/vault'],
  };
  for (const [store, flags] of Object.entries(stores)) {
    it(`is begun validly: ${store}`, async () => {
      writeFileSync(inFolder('my-values.yaml'), JSON.stringify(kindsFor('vault')['one replica']?.values));
      const common = ['--values', inFolder('my-values.yaml'), '--name', 'n', '--image', 'r.example/l:1'];
      const approle = ['--auth', 'approle', '--auth-secret', 'backup-login'];

      const begun = await inProcess(
        'init',
        ...common,
        ...approle,
        '--store',
        store,
        ...flags,
        '-o',
        inFolder('l.yaml'),
      );
      const valid = await inProcess('validate', '-f', inFolder('l.yaml'));

      assert.deepEqual([begun.code, valid.code], [0, 0], `${begun.stderr}${valid.stderr}`);
      assert.doesNotMatch(begun.stderr, /to be filled in/);
    });
  }
});

describe('the file', () => {
  it('without an answer holds <...> where one is needed, and validate names those and nothing else', async () => {
    const { code, stdout, stderr } = await lifeboat(['init']);
    assert.equal(code, 0);
    assert.match(stderr, /still to be filled in.*--name \(name\), --image \(image\.repository\), --bucket/);

    const { code: invalid, stdout: json } = await lifeboat(['validate', '-f', '-', '--json'], {
      input: stdout,
    });
    const { error } = JSON.parse(json, (key, value: unknown) =>
      PLACE.includes(key) ? undefined : value,
    ) as {
      error: { problems: object[] };
    };
    assert.equal(invalid, 3);
    assert.equal(error.problems.length, 3);
    assert.deepEqual(error.problems, [
      { message: 'name is still to be filled in', hint: 'For example: name: payments-vault' },
      {
        message: 'image.repository is still to be filled in',
        hint: 'For example: repository: registry.example/lifeboat',
      },
      { message: 'store.s3.bucket is still to be filled in', hint: 'For example: bucket: vault-snapshots' },
    ]);
  });

  it('holds nothing that makes it wrong when it is uncommented, one line at a time', async () => {
    const { stdout } = await lifeboat(['init', ...ANSWERS]);
    const suggested = stdout.split('\n').filter((line) => /^ *#\w+: /.test(line));
    assert.ok(suggested.length >= 8, suggested.join('\n'));
    for (const line of suggested)
      assert.doesNotThrow(() => loadConfig(line, stdout.replace(line, line.replace('#', ''))), line);
    assert.doesNotThrow(() => loadConfig('as it is', stdout));
  });

  const begin = async (values: object, ...flags: readonly string[]): Promise<Ended> => {
    writeFileSync(inFolder('my-values.yaml'), JSON.stringify(values));
    const names = ['--name', 'a', '--image', 'r.example/l', '--bucket', 'bkt'];
    return inProcess('init', '--values', inFolder('my-values.yaml'), ...names, ...flags);
  };
  const kinds = kindsFor('vault');

  it('keeps the Secret of the shares as a comment where only backups fit, and says so', async () => {
    const { stdout, stderr } = await begin(
      kinds['a hook that unseals']?.values ?? {},
      '--unseal-secret',
      'core-unseal',
    );
    assert.match(stdout, /^ {2}#unseal: \{secretRef: \{name: core-unseal\}\}$/m);
    assert.match(stderr, /--unseal-secret core-unseal is not used: backups alone need no shares/);
    assert.doesNotMatch(stdout, /^# .*:.*:.*:/m);
    const auto = await begin(kinds['auto-unseal']?.values ?? {}, '--unseal-secret', 'core-unseal');
    assert.match(auto.stderr, /--unseal-secret core-unseal is not used: the server unseals itself/);
    const used = await begin(kinds['one replica']?.values ?? {}, '--unseal-secret', 'core-unseal');
    assert.doesNotMatch(used.stderr, /is not used/);
  });

  it('shows the default tag, the keys that open the store, and a gitops block', async () => {
    const { stdout, stderr } = await begin(kinds['one replica']?.values ?? {});
    assert.match(stdout, /^ {2}#tag: \d+\.\d+\.\d+/m);
    assert.match(stdout, /^ {4}#secretRef: \{name: vault-snapshot-s3\}$/m);
    assert.match(stdout, /^ {4}#roleArn: arn:aws:iam::/m);
    assert.match(stdout, /^#gitops: \{repository: .*, folder: a\/out\}$/m);
    assert.doesNotMatch(stdout, /^#vault:/m);
    assert.match(stderr, /the backup has neither store\.s3\.secretRef nor store\.s3\.roleArn/);
  });

  it('shows where the CA of a server with TLS stands, if the values name none', async () => {
    const values = { ...kinds.TLS?.values } as { server: object };
    const { stdout, stderr } = await begin({
      ...values,
      server: { ...values.server, extraEnvironmentVars: {} },
    });
    assert.match(stdout, /^#vault: \{tls: \{ca: \{secretRef: \{name: vault-tls, key: ca\.crt\}\}\}\}$/m);
    assert.match(stderr, /vault\.tls\.ca is not set/);
  });

  for (const [store, flags] of [
    ['s3', ['--bucket', 'bkt']],
    ['gcs', ['--bucket', 'bkt']],
    ['azure', ['--account', 'vaultsnapshots', '--container', 'snapshots']],
  ] as const) {
    it(`of a store without a Secret stays right with each comment uncommented: ${store}`, async () => {
      const { stdout } = await lifeboat([
        'init',
        '--store',
        store,
        '--name',
        'n',
        '--image',
        'r.example/l',
        ...flags,
      ]);
      const offered = stdout.split('\n').filter((line) => /^ *#\w+: /.test(line));
      assert.ok(offered.length >= 10, stdout);
      for (const line of offered)
        assert.doesNotThrow(() => loadConfig(line, stdout.replace(line, line.replace('#', ''))), line);
    });
  }

  it('says above each key what the schema says', async () => {
    const { stdout } = await lifeboat(['init', ...ANSWERS]);
    assert.match(
      stdout,
      /# The Vault's own name: unique in the store, and kept when the Vault moves\.\nname: payments-vault/,
    );
    for (const line of stdout.split('\n')) assert.ok(line.length <= 110, line);
  });

  it('is never written over another one', async () => {
    writeFileSync(inFolder('lifeboat.yaml'), 'mine');
    const { code, stderr } = await lifeboat(['init', '-o', inFolder('lifeboat.yaml')]);
    assert.equal(code, 11);
    assert.match(
      stderr,
      /lifeboat\.yaml is there already, and is not written over\n {2}next: Choose another file with -o/,
    );
    assert.equal(textOf('lifeboat.yaml'), 'mine');
  });

  it('is written into a folder that is not there yet', async () => {
    const { code, stderr } = await inProcess('init', '-o', inFolder('b/c/lifeboat.yaml'));
    assert.equal(code, 0, stderr);
    assert.ok(existsSync(inFolder('b/c/lifeboat.yaml')));
    const { code: wrong, stderr: told } = await inProcess('init', '-o', inFolder('b/c/lifeboat.yaml/x'));
    assert.equal(wrong, 2);
    assert.match(told, /lifeboat\.yaml\/x cannot be written: a file stands where a folder is expected/);
  });

  it('names values relative to its own folder', async () => {
    mkdirSync(inFolder('clusters'));
    writeFileSync(inFolder('my-values.yaml'), JSON.stringify(kindsFor('vault')['one replica']?.values));
    const args = ['init', ...ANSWERS, '--values', 'my-values.yaml', '-o', 'clusters/eu.yaml'];
    const { code, stderr } = await lifeboat(args, { cwd: folder });
    assert.equal(code, 0, stderr);
    assert.deepEqual(dataIn('clusters/eu.yaml').release.values, ['../my-values.yaml']);
    assert.equal((await lifeboat(['validate', '-f', 'clusters/eu.yaml'], { cwd: folder })).code, 0);
  });

  it('and what is missing are one object with --json', async () => {
    const { code, stdout, stderr } = await lifeboat(['init', '--json', '--name', 'payments']);
    assert.deepEqual([code, stderr], [0, '']);
    const told = JSON.parse(stdout) as { text: string; missing: { path: string }[] };
    assert.deepEqual(
      told.missing.map((one) => one.path),
      ['image.repository', 'store.s3.bucket'],
    );
    assert.match(told.text, /^name: payments$/m);
  });
});

describe('a wrong command line', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--name', 'Not A Name', '--bucket', '-'], /--name Not A Name is not a Kubernetes name.*; --bucket - /],
    [['--schedule', '@every 12h'], /--schedule @every 12h is no schedule/],
    [['--store', 'directory', '--nfs', 'x'], /--nfs x is not of the form SERVER:\/PATH/],
    [['--store', 'ftp'], /s3, gcs, azure, directory/],
    [['--values', 'absent.yaml'], /absent\.yaml does not exist\n {2}next: .*--values FILE/],
    [['--chart-version', '9.9.9'], /the chart vault 9\.9\.9 is not built in/],
    [['--from-release', 'vault'], /in which namespace/],
    [['--from-release', 'vault', '-n', 'vault'], /one of --values and --values-out/],
    [['--values-out', 'x.yaml'], /for the values of a release that runs/],
  ];
  for (const [flags, says] of cases) {
    it(`is told: ${flags.join(' ')}`, async () => {
      const { code, stdout, stderr } = await lifeboat(['init', ...flags], { cwd: folder });
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, says);
    });
  }
});

describe('at a terminal', () => {
  /** `script` gives the program a terminal; what is typed ahead waits for its question. */
  const type = async (lines: readonly string[], line: string): Promise<string> => {
    const { stdout } = await execa(
      'script',
      ['-qec', `"${process.execPath}" "${PROGRAM}" ${line}`, '/dev/null'],
      {
        input: `${lines.join('\n')}\n`,
        cwd: folder,
        env: { PATH: process.env.PATH, TERM: 'dumb' },
        extendEnv: false,
        reject: false,
        timeout: 60_000,
      },
    );
    return stdout;
  };

  it('asks for what is open, again where the answer may not stand, and takes Enter for the usual', async () => {
    writeFileSync(inFolder('my-values.yaml'), JSON.stringify(kindsFor('vault')['one replica']?.values));
    const said = await type(
      ['my-values.yaml', 'Not A Name', 'payments-vault', 'bkt', '', '', '', 's3-keys', '', 'unseal-keys'],
      'init --image registry.example/lifeboat:1 -o lifeboat.yaml',
    );

    assert.match(said, /"Not A Name" is not a Kubernetes name/);
    assert.match(said, /Region \[us-east-1\]:/);
    assert.doesNotMatch(said, /Image of lifeboat/, 'what a flag says is not asked');
    const written = dataIn('lifeboat.yaml');
    assert.equal(written.name, 'payments-vault');
    assert.deepEqual(written.restore.unseal, { secretRef: { name: 'unseal-keys' } });
    assert.equal((await lifeboat(['validate', '-f', inFolder('lifeboat.yaml')])).code, 0);
  });

  it('asks nothing where all that is needed is given, and keeps standard output for the file', async () => {
    const said = await type([], `init ${ANSWERS.join(' ')} > lifeboat.yaml`);
    assert.doesNotMatch(said, /Name of this Vault/);
    assert.equal(dataIn('lifeboat.yaml').name, 'payments-vault');
    await type(['', 'typed', 'r.example/l:1', 'bkt', '', '', '', '', '', ''], 'init > asked.yaml');
    assert.equal(dataIn('asked.yaml').name, 'typed');
  });
});

const skip = (await whyMissing('helm')) ?? false;

describe('from a release that runs (the real helm, and a stand-in for the Kubernetes API)', { skip }, () => {
  let api: StandIn;
  let helm = '';
  before(async () => {
    if (skip !== false) return;
    helm = (await findTool('helm')).path;
    api = await startStandIn(path.join(work, 'kubeconfig'));
  });
  after(() => api?.close());
  const begin = (...flags: readonly string[]): Promise<Ended> =>
    lifeboat(
      [
        'init',
        '--from-release',
        'core',
        '-n',
        'secrets',
        '--kubeconfig',
        api.kubeconfig,
        ...ANSWERS,
        ...flags,
      ],
      { cwd: folder, env: { HELM_BIN: helm, HOME: work } },
    );
  const install = (values: object): void => {
    const chart = { name: 'vault', version: '0.32.0' };
    api.releases.splice(0, api.releases.length, {
      name: 'core',
      namespace: 'secrets',
      chart,
      values,
      manifest: '',
    });
  };
  const secret = 'hvs.CAESIJ3vqZ0exampleexampleexample';

  it('takes chart, version and names; the values go into a file of their own that only you can read', async () => {
    install({
      server: { ha: { enabled: true, replicas: 1, raft: { enabled: true } }, annotations: { x: secret } },
    });

    const { code, stdout, stderr } = await begin('--values-out', 'my-values.yaml', '-o', 'lifeboat.yaml');

    assert.equal(code, 0, stderr);
    assert.match(stderr, /my-values\.yaml holds what looks like secrets/);
    assert.ok(!`${stdout}${stderr}${textOf('lifeboat.yaml')}`.includes(secret));
    assert.equal(statSync(inFolder('my-values.yaml')).mode & 0o777, 0o600);
    assert.match(textOf('my-values.yaml'), new RegExp(secret));
    const { release } = parse(textOf('lifeboat.yaml')) as { release: object };
    assert.deepEqual(release, {
      ...{ name: 'core', namespace: 'secrets', chart: 'hashicorp/vault', chartVersion: '0.32.0' },
      values: ['my-values.yaml'],
    });
    assert.equal((await lifeboat(['validate', '-f', inFolder('lifeboat.yaml')])).code, 0);
    assert.deepEqual(api.writes, []);
  });

  it('leaves an overlay of lifeboat out of the values', async () => {
    const overlay = dataOf<{ server: object }>(
      await renderCase('vault-auto-unseal-tls'),
      'vault-values.yaml',
    );
    const ha = { enabled: true, replicas: 1, raft: { enabled: true } };
    install({ server: { ...overlay.server, ha } });

    const { code, stderr } = await begin('--values-out', 'my-values.yaml', '-o', 'lifeboat.yaml');

    assert.equal(code, 0, stderr);
    assert.match(stderr, /an overlay of lifeboat; it was left out/);
    const { server } = parse(textOf('my-values.yaml')) as {
      server: { extraInitContainers: unknown[]; postStart: string[] };
    };
    assert.equal(server.extraInitContainers.length, 1, 'the user has one of their own');
    assert.deepEqual(server.postStart, ['/bin/sh', '-c', '/vault/userconfig/hook.sh']);
    assert.doesNotMatch(textOf('my-values.yaml'), /lifeboat-/);
  });

  it('writes neither file where one is there already, and says where the release is not', async () => {
    install({});
    writeFileSync(inFolder('lifeboat.yaml'), 'mine');
    const both = await begin('--values-out', 'my-values.yaml', '-o', 'lifeboat.yaml');
    assert.deepEqual([both.code, existsSync(inFolder('my-values.yaml'))], [11, false]);

    api.releases.splice(0);
    const absent = await begin('--values-out', 'my-values.yaml');
    assert.equal(absent.code, 6);
    assert.match(absent.stderr, /there is no release core in namespace secrets.*\n {2}next: helm list -A/);
  });
});
