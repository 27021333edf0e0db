/** The bill of materials: the same each time, and with every part of what is in it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const HERE = import.meta.dirname;

/** In a process of its own each time, as two builds are. */
function made(): string {
  const script = `
    import { sbom } from './sbom.mjs';
    const file = { type: 'file', name: '/lib/libc.so.6', sha256: '${'a'.repeat(64)}' };
    const libc = { name: 'libc6', version: '2.36', purl: 'pkg:deb/debian/libc6@2.36', parts: [file, { ...file, name: '/lib/b.so' }] };
    const packages = [{ name: '@a/b', version: '1.0.0', license: 'MIT' }, { name: '@a/b', version: '1.0.0', license: 'MIT' }];
    process.stdout.write(sbom({ version: '9.9.9', license: 'Apache-2.0' }, packages, [libc]));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: HERE,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

test('the same input gives the same bytes, without a time', () => {
  const text = made();

  assert.equal(made(), text);
  assert.doesNotMatch(text, /timestamp|serialNumber/);
  const { components } = JSON.parse(text) as { components: { purl: string; components?: object[] }[] };
  assert.deepEqual(
    components.map(({ purl }) => purl),
    ['pkg:deb/debian/libc6@2.36', 'pkg:npm/%40a/b@1.0.0'].sort(),
  );
  assert.equal(components.find(({ purl }) => purl.includes('libc6'))?.components?.length, 2);
});

test('the bill of the program names each package whose licence it carries', () => {
  const dist = path.resolve(HERE, '../dist');
  const bill = readFileSync(path.join(dist, 'sbom.cdx.json'), 'utf8');
  const titles = [
    ...readFileSync(path.join(dist, 'THIRD-PARTY.txt'), 'utf8').matchAll(
      /^((?:@[\w.-]+\/)?[\w.-]+) (\d+\.\d+\.\d\S*): /gm,
    ),
  ];

  assert.ok(titles.length > 100);
  for (const [, name = '', version] of titles)
    assert.ok(bill.includes(`pkg:npm/${name.replace('@', '%40')}@${version}"`), name);
});
