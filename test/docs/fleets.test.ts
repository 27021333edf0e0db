/** docs/fleets.md, done as it says: its files are written, and its commands run in their order. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { PROGRAM } from './command-lines.ts';
import { blocksOf, pageOf } from './markdown.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-fleets-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string): string => path.join(folder, name);

test('the page does what it says', async () => {
  const blocks = blocksOf(pageOf('docs/fleets.md'));
  const files = blocks.filter(({ info }) => info.startsWith('yaml '));
  for (const { info, text } of files) {
    const file = inFolder(info.slice('yaml '.length));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const commands = blocks.filter(({ info }) => info === 'sh').flatMap(({ text }) => text.trim().split('\n'));
  assert.ok(files.length >= 8 && commands.length >= 8);

  for (const command of commands) {
    const line = `lifeboat() { "${process.execPath}" "${PROGRAM}" "$@"; }\n${command}`;
    const { exitCode, stderr } = await execa('sh', ['-c', line], { cwd: folder, reject: false });
    assert.equal(exitCode, 0, `${command}\n${stderr}`);
  }

  const rendered = (...names: readonly string[]): string =>
    readFileSync(inFolder(path.join('out', ...names)), 'utf8');
  assert.match(rendered('production', 'backup.json'), /"keepLast": 60/);
  assert.match(rendered('staging', 'RUNBOOK.md'), /People unseal it/);
  assert.deepEqual(readdirSync(inFolder('out/fleet')).sort(), ['eu-payments', 'us-payments']);
  assert.deepEqual(readdirSync(inFolder('out/clusters')).sort(), ['eu-payments', 'us-payments']);
  assert.ok(existsSync(inFolder('out/fleet/us-payments/charts/vault-lifeboat/Chart.yaml')));
  assert.match(rendered('next', 'us-payments', 'lifeboat-values.yaml'), /0\.2\.0/);
  assert.match(rendered('blue', 'backup.json'), /"payments-blue"/);
  assert.match(
    readFileSync(inFolder('lifeboat-layer.schema.json'), 'utf8'),
    /"title": "lifeboat\.yaml \(layer\)"/,
  );
});
