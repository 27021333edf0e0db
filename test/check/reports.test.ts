/** JUnit and SARIF are read by other programs: each is given to a strict reader, with the most hostile names there are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import type { Log } from 'sarif';
import { type CheckRow, type Finding, RULES } from '../../generator/check/finding.ts';
import { junitReport } from '../../generator/check/report/junit.ts';
import { sarifReport } from '../../generator/check/report/sarif.ts';
import { publishedValidator } from '../support/published-schemas.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';

const named = (nul: string, bell: string, red: string, half: string, none: string): string =>
  `]]> </failure> <x a="1" b='2'> &amp; & ${nul}${bell}${red}[31m ${half} ${none} \t tab\nline ü 😀 \u2028`;

const HOSTILE = named('\u0000', '\u0007', '\u001b', '\ud800', '\ufffe');
/** What XML cannot say is one sign instead; everything else comes back as it was. */
const SAFE = named('\ufffd', '\ufffd', '\ufffd', '\ufffd', '\ufffd');

const finding = (more: Partial<Finding> = {}): Finding => ({
  ...{ file: 'a b/ü#%?.yaml', line: 3, column: 5, width: 4, source: `    ${HOSTILE}` },
  ...{ message: HOSTILE, hint: HOSTILE, rule: 'value-arrives', level: 'error' },
  ...more,
});

const row = (more: Partial<CheckRow> = {}): CheckRow => ({
  ...{ cluster: HOSTILE, check: HOSTILE, findings: [], milliseconds: 1234 },
  ...more,
});

const ROWS: readonly CheckRow[] = [
  row(),
  row({ findings: [finding(), finding({ level: 'warning' })] }),
  row({ findings: [finding({ level: 'warning' })] }),
  row({ skipped: HOSTILE }),
  row({
    cluster: 'second',
    findings: [finding({ file: '(standard input)' }), finding({ file: '/elsewhere/x' })],
  }),
];

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
}

/** By expat, which refuses what is not well-formed. */
async function readXml(text: string): Promise<Element> {
  const script = `
import json, sys, xml.etree.ElementTree as tree
def data(one):
    return {"tag": one.tag, "attributes": one.attrib, "text": one.text or "", "children": [data(child) for child in one]}
print(json.dumps(data(tree.fromstring(sys.stdin.buffer.read()))))`;
  const { stdout } = await execa('python3', ['-c', script], { input: text });
  return JSON.parse(stdout) as Element;
}

test('JUnit: every name and text comes back out of a strict reader of XML, and the counts are right', async () => {
  const suites = await readXml(junitReport(ROWS));

  assert.equal(suites.tag, 'testsuites');
  const { tests, failures, errors, skipped, time } = suites.attributes;
  assert.deepEqual([tests, failures, errors, skipped, time], ['5', '2', '0', '1', '6.170']);
  const [first, second] = suites.children;
  assert.deepEqual([first?.attributes.name, second?.attributes.name], [SAFE, 'second']);
  const cases = first?.children ?? [];
  assert.deepEqual(
    cases.map(({ attributes }) => attributes.name),
    [SAFE, SAFE, SAFE, SAFE],
  );
  assert.deepEqual(
    cases.map(({ children }) => children.map(({ tag }) => tag)),
    [[], ['failure'], ['system-out'], ['skipped']],
  );
  const failure = cases[1]?.children[0];
  assert.deepEqual([failure?.attributes.type, failure?.attributes.message], ['value-arrives', SAFE]);
  assert.ok(failure?.text.includes(SAFE));
  assert.equal(cases[3]?.children[0]?.attributes.message, SAFE);
});

test('JUnit: without a finding, and without a row, it is a whole document', async () => {
  assert.equal((await readXml(junitReport([]))).attributes.tests, '0');
  assert.equal((await readXml(junitReport([row()]))).attributes.failures, '0');
});

test('SARIF: it is what the published schema wants, and each result leads to its line', async (t) => {
  const text = sarifReport(ROWS);
  const log = JSON.parse(text) as Log;
  const results = log.runs[0]?.results ?? [];
  const places = results.map(({ locations = [] }) => locations[0]?.physicalLocation);

  assert.equal(results.length, 5);
  assert.deepEqual(places[0], {
    artifactLocation: { uri: 'a%20b/%C3%BC%23%25%3F.yaml' },
    region: { startLine: 3, startColumn: 5, endColumn: 9 },
  });
  assert.equal(places[3], undefined, 'standard input is no file');
  assert.equal(places[4]?.artifactLocation?.uri, 'file:///elsewhere/x');
  const rules = log.runs[0]?.tool.driver.rules ?? [];
  assert.deepEqual(
    rules.map(({ id }) => id),
    Object.keys(RULES),
  );
  for (const { ruleId, ruleIndex = -1 } of results) assert.equal(rules[ruleIndex]?.id, ruleId);

  try {
    const validate = await publishedValidator('sarif');
    assert.ok(validate(log), JSON.stringify(validate.errors));
    assert.ok(validate(JSON.parse(sarifReport([]))), JSON.stringify(validate.errors));
    assert.equal(validate({ ...log, version: '2.0.0' }), false);
    const unplaced = structuredClone(log);
    Object.assign(unplaced.runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.region ?? {}, {
      startLine: 0,
    });
    assert.equal(validate(unplaced), false);
  } catch (error) {
    if (!(error instanceof ToolMissing) || process.env.CI === 'true') throw error;
    t.skip(error.message);
  }
});
