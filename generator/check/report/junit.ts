/** JUnit's XML, as CI systems show it: a suite for each cluster, a case for each check. */
import { formatProblem, toldOf } from '../../config/problem.ts';
import { type CheckRow, resultOf } from '../finding.ts';

/** XML 1.0 has no way to write these, not even as a reference. */
const NO_XML = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A reader makes a space of each of them where they stand as they are in an attribute.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function escaped(text: string): string {
  return text.replaceAll(NO_XML, '\ufffd').replaceAll(/[&<>"\t\n\r]/g, (one) => ENTITIES[one] ?? one);
}

type Attributes = Readonly<Record<string, string | number>>;

/** `children` is XML already. */
function element(name: string, attributes: Attributes, children: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return `<${name}${written.join('')}>${children}</${name}>`;
}

const seconds = (rows: readonly CheckRow[]): string =>
  (rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000).toFixed(3);

function told(row: CheckRow): string {
  const text = row.findings.map((finding) => `[${finding.rule}] ${formatProblem(finding)}`).join('\n');
  const result = resultOf(row);
  if (result === 'skipped') return element('skipped', { message: row.skipped ?? '' }, '');
  if (result === 'warned') return element('system-out', {}, escaped(text));
  if (result === 'ok') return '';
  const first = row.findings.find(({ level }) => level === 'error');
  return element(
    'failure',
    { type: first?.rule ?? '', message: first === undefined ? '' : toldOf(first) },
    escaped(text),
  );
}

function counts(rows: readonly CheckRow[]): Attributes {
  const of = (result: string): number => rows.filter((row) => resultOf(row) === result).length;
  return {
    tests: rows.length,
    failures: of('failed'),
    errors: 0,
    skipped: of('skipped'),
    time: seconds(rows),
  };
}

function suite(cluster: string, rows: readonly CheckRow[]): string {
  const cases = rows.map((row) =>
    element(
      'testcase',
      { classname: `lifeboat.${cluster}`, name: row.check, time: seconds([row]) },
      told(row),
    ),
  );
  return element('testsuite', { name: cluster, ...counts(rows) }, `\n${cases.join('\n')}\n`);
}

export function junitReport(rows: readonly CheckRow[]): string {
  const clusters = [...new Set(rows.map(({ cluster }) => cluster))];
  const suites = clusters.map((cluster) =>
    suite(
      cluster === '' ? 'configuration' : cluster,
      rows.filter((row) => row.cluster === cluster),
    ),
  );
  const all = element('testsuites', { name: 'lifeboat check', ...counts(rows) }, `\n${suites.join('\n')}\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}\n`;
}
