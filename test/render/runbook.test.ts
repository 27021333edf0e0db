/** RUNBOOK.md as a document: what can be pasted is shell that a shell reads, links lead to a section, calls of lifeboat exist. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { callsOf, unknownIn } from '../docs/command-lines.ts';
import { anchorsOf, blocksOf, localLinksOf } from '../docs/markdown.ts';
import { CASES, fileOf, renderCase } from './cases.ts';

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
}
