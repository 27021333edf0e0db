/**
 * The image, as buildah makes it by the Dockerfile, run by runc as a pod runs it. Its base here is a stand-in: Debian's
 * bookworm with a released node (test/e2e/image). It is built where CI=true, since that takes minutes. Not below test/:
 * those files have no network, and the build installs packages.
 */
import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type BuiltImage, builtImage, whyNotBuilt } from '../test/image/built-image.ts';
import { BELONGS_TO_NOTHING, filesBelow, grown, partOf } from '../test/image/parts.ts';
import { budget } from '../test/image/size-page.ts';
import { type Ran, runInRoot, whyNoContainers } from '../test/support/run-in-root.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const wanted = process.env.CI === 'true' || process.env.LIFEBOAT_IMAGE === 'true';
const skip = wanted
  ? (whyNotBuilt() ?? whyNoContainers() ?? false)
  : 'the image is built with CI=true or LIFEBOAT_IMAGE=true only: it takes minutes';
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };

interface Component {
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly components?: readonly Component[];
}

describe('the image', { skip }, () => {
  let folder: string;
  let image: BuiltImage;
  before(
    async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-image-'));
      image = await builtImage(folder);
    },
    { timeout: 9 * 60_000 },
  );
  after(() => rmSync(folder, { recursive: true, force: true }));

  const inImage = (file: string): string => path.join(image.root, file);
  const text = (file: string): string => readFileSync(inImage(file), 'utf8');

  /** As `docker run IMAGE ARGS` does, on a read-only root. */
  function run(
    args: readonly string[],
    uid = 100,
    gid = 1000,
    mounts: Readonly<Record<string, string>> = {},
  ): Ran {
    const { Entrypoint, Env } = image.config;
    return runInRoot(image.root, { args: [...Entrypoint, ...args], env: Env, uid, gid, mounts });
  }

  it('has grown by less than a tenth', () => {
    assert.deepEqual(
      grown(image.sizes, budget()),
      [],
      'next: look what came in; where it belongs there, npm run image, and commit',
    );
    for (const [part, bytes] of Object.entries(image.sizes.parts)) assert.ok(bytes > 0, part);
  });

  it('holds what it is for, and neither a shell nor a package manager', () => {
    const foreign = filesBelow(image.root).filter((file) => partOf(file) === BELONGS_TO_NOTHING);

    assert.deepEqual(foreign, []);
  });

  it('has no file that gives rights, and none that others may write to', () => {
    const odd = filesBelow(image.root).filter((file) => {
      const { mode, uid, gid } = lstatSync(inImage(file));
      return (mode & 0o6022) !== 0 || uid !== 0 || gid !== 0;
    });

    assert.deepEqual(odd, []);
    assert.equal(lstatSync(inImage('tmp')).mode & 0o7777, 0o1777);
  });

  it('runs as the user of the charts, and as any other, on a read-only root', () => {
    assert.equal(image.config.User, '100:1000');
    for (const [uid, gid] of [
      [100, 1000],
      [12345, 0],
      [1_000_690_000, 0],
    ] as const) {
      const { status, stdout, stderr } = run(['--version'], uid, gid);
      assert.deepEqual([status, stdout], [0, `${version}\n`], stderr);
    }
  });

  it('renders with its chart, and `lifeboat` is a command in it', () => {
    const mounts = { '/config': path.join(ROOT, 'test/render/cases/vault-s3-approle') };
    const script = `
      const args = ['render', '-f', '/config/lifeboat.yaml', '-o', '/tmp/out', '--with-chart'];
      require('node:child_process').execFileSync('lifeboat', args, { stdio: ['ignore', 'ignore', 'inherit'] });
      console.log(require('node:fs').readdirSync('/tmp/out/charts/vault-lifeboat').join(' '));`;
    const { Env: env } = image.config;
    const rendered = runInRoot(image.root, {
      args: ['node', '-e', script],
      env,
      uid: 100,
      gid: 1000,
      mounts,
    });
    const schema = run(['schema'], 12345, 0);

    assert.equal(rendered.status, 0, rendered.stderr);
    assert.match(rendered.stdout, /Chart\.yaml .*templates/);
    assert.equal(schema.stdout, readFileSync(path.join(ROOT, 'schema/lifeboat.schema.json'), 'utf8'));
  });

  it('knows a home, time zones and CAs without a file of the base', () => {
    const script = `
      console.log(JSON.stringify({
        home: require('node:os').homedir(),
        zone: new Date(0).toLocaleString('en', { timeZone: 'America/New_York' }),
        cas: require('node:fs').readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8').split('BEGIN').length > 100,
      }))`;
    const { Env: env } = image.config;
    const { stdout, stderr } = runInRoot(image.root, {
      args: ['node', '-e', script],
      env,
      uid: 12345,
      gid: 0,
    });

    const said = JSON.parse(stdout || '{}') as Record<string, unknown>;
    assert.equal(said.home, '/tmp', stderr);
    assert.equal(said.zone, '12/31/1969, 7:00:00 PM');
    assert.equal(said.cas, true);
  });

  it('says what it is by the labels of OCI', () => {
    const labels = Object.fromEntries(
      Object.entries(image.config.Labels).map(([name, value]) => [
        name.replace('org.opencontainers.image.', ''),
        value,
      ]),
    );

    assert.equal(labels.title, 'vault-lifeboat');
    assert.equal(labels.version, version, 'the Dockerfile names another version than package.json');
    assert.equal(labels.licenses, 'Apache-2.0');
    for (const name of ['description', 'source', 'revision', 'vault-lifeboat.node-image'])
      assert.ok(name in labels, name);
  });

  it('carries the licences of all that is in it', () => {
    assert.equal(text('app/LICENSE'), readFileSync(path.join(ROOT, 'LICENSE'), 'utf8'));
    assert.match(text('usr/share/licenses/node/LICENSE'), /Node\.js is licensed for use as follows/);
    for (const library of ['libc6', 'libstdc++6', 'libgcc-s1'])
      assert.ok(text(`usr/share/licenses/${library}/copyright`).length > 1000, library);
    assert.match(text('app/THIRD-PARTY.txt'), /@aws-sdk\/client-s3/);
  });

  it('has a bill of materials with every package of the program, node, what is built into it, and each library', () => {
    const { components, metadata } = JSON.parse(text('app/sbom.cdx.json')) as {
      components: readonly Component[];
      metadata: { component: Component; timestamp?: string };
    };
    const names = components.map(({ name, version: of }) => `${name} ${of ?? ''}`);
    const titles = [
      ...text('app/THIRD-PARTY.txt').matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) (\d+\.\d+\.\d\S*): /gm),
    ];

    assert.equal(metadata.component.version, version);
    assert.equal(metadata.timestamp, undefined);
    assert.ok(titles.length > 100, `${titles.length} packages`);
    for (const [, name, of] of titles) assert.ok(names.includes(`${name} ${of}`), `${name} ${of}`);
    const node = components.find(({ name }) => name === 'node');
    assert.ok(node?.components?.some(({ name }) => name === 'openssl'));
    const listed = components.flatMap(({ components: parts = [] }) =>
      parts.map(({ name }) => name.replace(/^\//, '')),
    );
    const libraries = filesBelow(image.root).filter((file) => partOf(file) === 'its loader and libraries');
    assert.ok(libraries.length > 5);
    for (const library of libraries) assert.ok(listed.includes(library), library);
  });
});
