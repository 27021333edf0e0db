/** SARIF 2.1.0, which code scanning services show beside the lines of the user's own files. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location, Log, Result } from 'sarif';
import { VERSION } from '../../../contract/version.ts';
import { toldOf } from '../../config/problem.ts';
import { type CheckRow, type Finding, RULES, type Rule } from '../finding.ts';

const IDS = Object.keys(RULES) as readonly Rule[];

/** Relative to where the program runs, as a repository's root; a file elsewhere by its whole name. */
function uriOf(file: string): string {
  const relative = path.relative('.', file);
  if (relative.startsWith('..')) return pathToFileURL(file).href;
  return relative.split(path.sep).map(encodeURIComponent).join('/');
}

/** Standard input is no file that could be shown. */
function locations({ file, line, column, width }: Finding): Location[] {
  if (file.startsWith('(')) return [];
  const region =
    line === undefined
      ? {}
      : {
          region: {
            startLine: line,
            ...(column === undefined
              ? {}
              : { startColumn: column, endColumn: column + Math.max(1, width ?? 1) }),
          },
        };
  return [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }];
}

function resultsOf({ cluster, check, findings }: CheckRow): readonly Result[] {
  return findings.map((finding) => ({
    ruleId: finding.rule,
    ruleIndex: IDS.indexOf(finding.rule),
    level: finding.level,
    message: { text: [toldOf(finding), ...(finding.hint === undefined ? [] : [finding.hint])].join('\n') },
    locations: locations(finding),
    properties: { cluster, check },
  }));
}

export function sarifReport(rows: readonly CheckRow[]): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'lifeboat',
            version: VERSION,
            rules: IDS.map((id) => ({ id, shortDescription: { text: RULES[id] } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: rows.flatMap(resultsOf),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
