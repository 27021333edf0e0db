/** The order in which a program is looked for, and that it is made once, with stand-ins for programs and compiler. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { locate } from './find-tool.ts';
import { lookUp } from './look-up.ts';
import { ToolMissing } from './tool-missing.ts';
import { toolNamed } from './tool-table.ts';

const vault = toolNamed('vault');
const helm = toolNamed('helm');
const helmfile = toolNamed('helmfile');
const versitygw = toolNamed('versitygw');

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

async function place(t: TestContext): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lifeboat-tools-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, 'bin'));
  return { folder, env: { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, LIFEBOAT_CACHE: folder } };
}

async function program(file: string, script: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

async function says(file: string, answer: string): Promise<string> {
  return await program(file, `echo '${answer}'`);
}

async function everywhere({ folder }: Place): Promise<{ own: string; onPath: string; cached: string }> {
  return {
    own: await says(path.join(folder, 'own'), 'Vault v1.20.4 (abc), built 2025-09-23'),
    onPath: await says(path.join(folder, 'bin/vault'), 'Vault v1.21.1 (abc)'),
    cached: await says(path.join(folder, 'tools/vault-with-kubernetes-1.21.1/vault'), 'Vault v1.21.1 (abc)'),
  };
}

test('the variable goes before the PATH, the PATH before the cache', async (t) => {
  const here = await place(t);
  const { own, onPath, cached } = await everywhere(here);

  assert.deepEqual(await lookUp(vault, { ...here.env, VAULT_BIN: own }), {
    path: own,
    version: '1.20.4',
    from: 'variable',
  });
  assert.deepEqual(await lookUp(vault, here.env), { path: onPath, version: '1.21.1', from: 'path' });
  await rm(onPath);
  assert.deepEqual(await lookUp(vault, here.env), { path: cached, version: '1.21.1', from: 'cache' });
  await rm(cached);
  assert.equal(await lookUp(vault, here.env), undefined);
});

test('another version of a server on the PATH or in the cache is passed over', async (t) => {
  const here = await place(t);
  await says(path.join(here.folder, 'bin/vault'), 'Vault v1.21.2 (abc)');
  await says(path.join(here.folder, 'tools/vault-with-kubernetes-1.21.1/vault'), 'Vault v1.21.2 (abc)');

  assert.equal(await lookUp(vault, here.env), undefined);
});

test('of a tool of which only the behaviour counts, the PATH may hold any version of the same major', async (t) => {
  const here = await place(t);
  const file = await says(path.join(here.folder, 'bin/helm'), 'helm v3.19.4');

  assert.deepEqual(await lookUp(helm, here.env), { path: file, version: '3.19.4', from: 'path' });
  await says(file, 'helm v4.0.1');
  assert.equal(await lookUp(helm, here.env), undefined);
});

test('a variable that names nothing, another program or a broken one is an error, not a reason to look further', async (t) => {
  const here = await place(t);
  await everywhere(here);
  const other = await says(path.join(here.folder, 'other'), 'OpenBao v2.7.2');
  const broken = await program(path.join(here.folder, 'broken'), 'exit 3');

  for (const [file, reason] of [
    [path.join(here.folder, 'absent'), /VAULT_BIN names .*absent, and there is no executable file/],
    [other, /does not answer like Vault/],
    [broken, /does not run/],
  ] as const) {
    await assert.rejects(lookUp(vault, { ...here.env, VAULT_BIN: file }), (error) => {
      assert.ok(error instanceof ToolMissing);
      assert.match(error.reason, reason);
      return true;
    });
  }
});

test('a build that does not know its version is told by the module that it was built from', async (t) => {
  const here = await place(t);
  const file = path.join(here.folder, 'tools/versitygw-1.8.0/versitygw');
  const script = (version: string): string =>
    `echo 'Version  : git'; exit 0\nmod\tgithub.com/versity/versitygw\tv${version}\th1:abc=\n`;

  await program(file, script('1.8.0'));
  assert.equal((await lookUp(versitygw, here.env))?.version, '1.8.0');
  await program(file, `${script('1.7.0')} # another size`);
  assert.equal(await lookUp(versitygw, here.env), undefined);
});

test('what is nowhere is built once, though two ask for it at the same time', async (t) => {
  const here = await place(t);
  const calls = path.join(here.folder, 'calls');
  await program(
    path.join(here.folder, 'bin/go'),
    [
      `echo "$@" >> '${calls}'`,
      'sleep 0.3',
      `printf '#!/bin/sh\\necho Version  : v1.8.0\\n' > "$GOBIN/versitygw"`,
    ].join('\n'),
  );

  const both = await Promise.all([locate(versitygw, here.env), locate(versitygw, here.env)]);

  assert.deepEqual(both.map(({ from }) => from).sort(), ['cache', 'obtained']);
  const said = await readFile(calls, 'utf8');
  assert.equal(said.trim().split('\n').length, 1, said);
  assert.match(said, /github\.com\/versity\/versitygw\/cmd\/versitygw@v1\.8\.0/);
  assert.deepEqual(await readdir(path.join(here.folder, 'tools')), ['versitygw-1.8.0']);
});

test('a tool whose go.mod replaces modules is built in its own sources', async (t) => {
  const here = await place(t);
  const sources = path.join(here.folder, 'sources');
  await mkdir(sources);
  await program(
    path.join(here.folder, 'bin/go'),
    [
      `if [ "$1" = mod ]; then echo '{"Dir": "${sources}"}'; exit; fi`,
      `[ "$PWD" = '${sources}' ] || { echo "built in $PWD" >&2; exit 1; }`,
      'while [ "$1" != -o ]; do shift; done',
      `printf '#!/bin/sh\\necho helmfile version v1.8.0\\n' > "$2"`,
    ].join('\n'),
  );

  const { version, from } = await locate(helmfile, here.env);

  assert.deepEqual({ version, from }, { version: '1.8.0', from: 'obtained' });
});

test('what cannot be had says why, and leaves nothing in the cache', async (t) => {
  const here = await place(t);
  const go = path.join(here.folder, 'bin/go');

  await program(go, 'echo "no route to the modules" >&2; exit 1');
  await assert.rejects(locate(versitygw, here.env), /versitygw cannot be had: go install failed: no route/);
  await program(go, `printf '#!/bin/sh\\necho Version  : v1.7.9\\n' > "$GOBIN/versitygw"`);
  await assert.rejects(locate(versitygw, here.env), /what came is not 1\.8\.0: 1\.7\.9/);
  await rm(go);
  await assert.rejects(
    locate(versitygw, { ...here.env, PATH: path.join(here.folder, 'bin') }),
    /go is not installed/,
  );
  await assert.rejects(
    locate(versitygw, { ...here.env, LIFEBOAT_TOOLS_AS_THEY_ARE: 'true' }),
    /is not here: run "npm run tools -- versitygw"/,
  );
  assert.deepEqual(await readdir(path.join(here.folder, 'tools')), []);
});
