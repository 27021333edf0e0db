/** RUNBOOK.md as a document: what can be pasted is shell that a shell reads, links lead to a section, calls of lifeboat exist. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { CONFIG_VARIABLE } from '../../contract/pod.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { rehearsalFacts } from '../../generator/render/runbook-rehearsal.ts';
import { callsOf, PROGRAM, unknownIn } from '../docs/command-lines.ts';
import { anchorsOf, blocksOf, localLinksOf } from '../docs/markdown.ts';
import { CASES, caseFolder, fileOf, renderCase } from './cases.ts';

/** Pastes what makes the layer of a rehearsal into a shell beside the case's files, and gives the folder that it rendered. */
async function pasteRehearsal(name: string, runbook: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-rehearsal-'));
  cpSync(caseFolder(name), folder, { recursive: true });
  const texts = blocksOf({ file: name, text: runbook }).map(({ text }) => text);
  const set = texts.find((text) => text.includes('NEW_RELEASE=')) ?? '';
  const layer = texts.find((text) => text.includes('cat > rehearsal.yaml')) ?? '';
  const alias = `lifeboat() { '${process.execPath}' '${PROGRAM}' "$@"; }\nOUT=out\n`;
  await execa('sh', ['-e'], { input: `${alias}${set}${layer}`, cwd: folder });
  return folder;
}

for (const name of CASES) {
  const runbook = async () => ({ file: name, text: fileOf(await renderCase(name), 'RUNBOOK.md') });

  test(`every block of ${name} is shell, or JSON to be seen`, async () => {
    const blocks = blocksOf(await runbook());
    assert.ok(blocks.length >= 10, `${blocks.length} blocks`);
    for (const { info, text, line } of blocks) {
      if (info === 'json') {
        assert.doesNotThrow(() => JSON.parse(text), `line ${line}`);
        continue;
      }
      assert.equal(info, 'sh', `line ${line}`);
      const { exitCode, stderr } = await execa('sh', ['-n'], { input: text, reject: false });
      assert.equal(exitCode, 0, `line ${line}: ${stderr}`);
    }
  });

  test(`every link of ${name} leads to a section, and every section is in the table at its head`, async () => {
    const page = await runbook();
    const anchors = anchorsOf(page);
    for (const { target } of localLinksOf(page)) assert.ok(anchors.has(target.slice(1)), target);
    const table = page.text.split('\n## ')[0] ?? '';
    for (const [, heading = ''] of page.text.matchAll(/^## (.+)$/gm))
      assert.ok(table.includes(`[${heading}](#`), `${heading} is not in the table`);
  });

  test(`the program knows every call of lifeboat in ${name}`, async () => {
    const calls = blocksOf(await runbook()).flatMap(callsOf);
    assert.ok(calls.length >= 2, `${calls.length} calls`);
    for (const call of calls) assert.equal(await unknownIn(call), undefined, call.place);
  });

  test(`the rehearsal of ${name} reads the same snapshots under another release, and takes no backups`, async (t) => {
    const { plan } = await renderCase(name);
    if (plan.restore === undefined) return t.skip('it restores nothing');
    const folder = await pasteRehearsal(name, (await runbook()).text);
    t.after(() => rmSync(folder, { recursive: true, force: true }));

    const rendered = path.join(folder, 'out-rehearsal');
    const { server } = parse(readFileSync(path.join(rendered, 'vault-values.yaml'), 'utf8')) as {
      server: { extraInitContainers: { name: string; env: { name: string; value?: string }[] }[] };
    };
    const ours = server.extraInitContainers.find((container) => container.name === 'lifeboat-init');
    const literal = ours?.env.find((variable) => variable.name === CONFIG_VARIABLE)?.value;
    const slice = JSON.parse(literal ?? '') as RestoreSlice;
    const { rehearsalNamespace } = rehearsalFacts(plan.config);
    assert.equal(slice.installation, `${rehearsalNamespace}/rehearsal`);
    assert.deepEqual([slice.name, slice.store], [plan.restore.name, plan.restore.store]);
    const { name: original, namespace } = plan.config.release;
    assert.equal(slice.restore.rehearsalOf, `${namespace}/${original}`);
    assert.equal(slice.restore.whenNoSnapshot, 'stop');
    const files = readdirSync(rendered).filter((file) => file !== 'secrets');
    assert.deepEqual(files, ['RUNBOOK.md', 'rbac.yaml', 'vault-values.yaml']);
  });
}
