/**
 * What the init container copies runs in the server's image, whatever libc that has: in a root whose only libc is musl,
 * in one with another glibc than ours, and beside OpenBao. As uid 100 on a read-only root, by a container runtime. Not
 * below test/: those files have no network, and the other glibc is fetched.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { muslRoot, NoRoot, openbaoRoot, otherGlibcRoot, type Root } from '../../test/runtime/roots.ts';
import { type Ran, runInRoot, whyNoContainers } from '../../test/support/run-in-root.ts';
import { copyRuntime } from './copy-runtime.ts';

const DIST = path.resolve(import.meta.dirname, '../../dist');
const VERSION = (
  JSON.parse(readFileSync(path.resolve(DIST, '../package.json'), 'utf8')) as { version: string }
).version;

/** In the place of our program: says where it runs, resolves a name, and starts a program of the root. */
const PROBE = `
  const { spawnSync } = require('node:child_process');
  const [, , program, ...args] = process.argv;
  require('node:dns').lookup('127.0.0.1', (error, address) => {
    const { stdout, status } = spawnSync(program, args, { encoding: 'utf8' });
    const libc = process.report.getReport().header.glibcVersionRuntime;
    const zone = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin' }).resolvedOptions().timeZone;
    const said = { libc, zone, address: error ? error.code : address, status, stdout,
      path: process.env.LD_LIBRARY_PATH ?? null, uid: process.getuid(), gid: process.getgid() };
    console.log(JSON.stringify(said));
    process.exit(7);
  });`;

const skip = whyNoContainers() ?? false;
const OURS = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header
  .glibcVersionRuntime;

describe('the copied runtime', { skip }, () => {
  let work: string;
  let run: string;

  before(async () => {
    work = mkdtempSync(path.join(tmpdir(), 'lifeboat-libc-'));
    run = path.join(work, 'run');
    mkdirSync(run);
    writeFileSync(path.join(work, 'probe.cjs'), PROBE);
    await copyRuntime(path.join(work, 'probe.cjs'), path.join(run, 'lifeboat'), path.join(run, 'runtime'));
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  /** The emptyDir keeps its path: the launcher names it. */
  function inside(root: Root, uid: number, gid: number, ...args: readonly string[]): Ran {
    return runInRoot(root.folder, {
      args,
      uid,
      gid,
      env: ['PATH=/bin'],
      mounts: { [run]: run, '/dist': DIST },
    });
  }

  async function made(t: TestContext, make: () => Root | Promise<Root>): Promise<Root | undefined> {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof NoRoot)) throw error;
      t.skip(error.message);
      return undefined;
    }
  }

  function newFolder(name: string): string {
    const folder = path.join(work, name);
    mkdirSync(folder);
    return folder;
  }

  const roots: readonly (readonly [name: string, () => Root | Promise<Root>])[] = [
    ['in a root whose only libc is musl', () => muslRoot(newFolder('musl'))],
    ['in a root with a newer glibc', () => otherGlibcRoot('trixie')],
    ['beside OpenBao', () => openbaoRoot(newFolder('openbao'))],
  ];
  for (const [name, make] of roots) {
    it(`runs ${name}, with our program, and starts the programs of that root with their own libc`, async (t) => {
      const root = await made(t, make);
      if (root === undefined) return;

      for (const [uid, gid] of [
        [100, 1000],
        [12345, 0],
      ] as const) {
        const { status, stdout, stderr } = inside(root, uid, gid, path.join(run, 'lifeboat'), ...root.own);
        assert.equal(status, 7, stderr);
        const { stdout: own, ...said } = JSON.parse(stdout) as Record<string, unknown>;
        assert.match(String(own).split('\n')[0] ?? '', root.says);
        assert.deepEqual(said, {
          libc: OURS,
          zone: 'Europe/Berlin',
          address: '127.0.0.1',
          status: 0,
          path: null,
          uid,
          gid,
        });
      }

      const [loader = '', lib = '', node = ''] = ['loader', 'lib', 'node'].map((part) =>
        path.join(run, 'runtime', part),
      );
      const program = [loader, '--library-path', lib, node, '/dist/lifeboat.cjs', '--version'];
      const version = inside(root, 100, 1000, ...program);
      const asked = inside(root, 100, 1000, path.join(run, 'lifeboat'), 'can-run');
      assert.deepEqual([version.status, version.stdout], [0, `${VERSION}\n`], version.stderr);
      assert.deepEqual([asked.status, asked.stdout], [0, `${process.version}\n`], asked.stderr);
    });
  }
});
