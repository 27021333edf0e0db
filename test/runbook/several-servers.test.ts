/** The runbook of several servers names each of them, and gives them their raft configuration where it is rendered. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findOfficialChart } from '../../generator/chart/official-charts.ts';
import { loadConfig } from '../../generator/config/load.ts';
import { render } from '../../generator/render/render.ts';
import { caseFolder } from '../render/cases.ts';

const FOLDER = caseFolder('backups-only');
const textOf = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');

/** The sections of the runbook by their headings. */
function runbookOf(more: string): ReadonlyMap<string, string> {
  const loaded = loadConfig('lifeboat.yaml', `${textOf('lifeboat.yaml')}${more}`);
  const chart = findOfficialChart('vault', loaded.config.release.chartVersion);
  assert.ok(chart);
  const valuesFiles = [{ file: 'my-values.yaml', place: 'my-values.yaml', text: textOf('my-values.yaml') }];
  const { files } = render({ loaded, chart, valuesFiles });
  const runbook = files.find(({ name }) => name === 'RUNBOOK.md')?.text ?? '';
  return new Map(
    runbook.split(/^#{2,3} /m).map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading, lines.join('\n')];
    }),
  );
}

test('the other servers join and are unsealed after a first init, and after a restore by hand', () => {
  const sections = runbookOf('');

  for (const heading of ['A new Vault', 'By hand, without lifeboat']) {
    const section = sections.get(heading) ?? '';
    assert.match(section, /for POD in legacy-vault-1 legacy-vault-2 .*; do/, heading);
    assert.match(section, /operator raft join http:\/\/legacy-vault-0\.legacy-vault-internal:8200/, heading);
    assert.match(section, /kubectl exec -ti legacy-vault-1 .* operator unseal/, heading);
  }
});

test('by hand one server alone meets the throwaway init, and all of them come after the restore', () => {
  const section = runbookOf('').get('By hand, without lifeboat') ?? '';

  const alone = section.indexOf('--set server.ha.replicas=1');
  assert.ok(alone > 0 && alone < section.indexOf('operator init'));
  assert.ok(section.lastIndexOf('helm upgrade --install') > section.indexOf('snapshot restore'));
});

test('a raft configuration that is rendered reaches the servers, which then join by themselves', () => {
  const sections = runbookOf('vault: {raftConfig: render}\n');

  for (const heading of ['A new Vault', 'A Vault that runs already', 'By hand, without lifeboat']) {
    const section = sections.get(heading) ?? '';
    assert.match(section, /helm upgrade --install .* -f "\$OUT\/vault-values\.yaml"/, heading);
    assert.doesNotMatch(section, /operator raft join/, heading);
  }
  assert.doesNotMatch(runbookOf('').get('A Vault that runs already') ?? '', /helm upgrade --install legacy /);
});
