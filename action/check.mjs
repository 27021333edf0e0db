/** The step that checks: report into log, summary, annotations and files; its exit code goes on to later steps. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { configFlags, moreFlags, PROGRAM } from './inputs.mjs';
import { fenced, shortened } from './markdown.mjs';
import { addSummary, annotate, sayAsItIs, setOutput } from './runner.mjs';

const folder = path.join(process.env.RUNNER_TEMP, 'lifeboat');
const sarif = path.join(folder, 'lifeboat.sarif');
const junit = path.join(folder, 'lifeboat.xml');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const { LIFEBOAT_OUT = '', LIFEBOAT_CHART = '' } = process.env;
const args = [
  ...['check', ...configFlags(process.env)],
  ...(LIFEBOAT_OUT === '' ? [] : ['-o', LIFEBOAT_OUT]),
  ...(LIFEBOAT_CHART.trim() === '' ? ['--pull'] : []),
  ...['--junit', junit, '--sarif', sarif, ...moreFlags(process.env)],
];
const { exitCode = 1, all } = await execa(process.execPath, [PROGRAM, ...args], { reject: false, all: true });

sayAsItIs(all);
addSummary(
  `### lifeboat check: ${exitCode === 0 ? 'good' : `exit code ${exitCode}`}\n\n${fenced(shortened(all))}`,
);
try {
  for (const result of JSON.parse(readFileSync(sarif, 'utf8')).runs[0].results) annotate(result);
  setOutput('sarif', sarif);
  setOutput('junit', junit);
} catch (error) {
  // A run that stopped early, as without helm, has written no report; its own words are in the log.
  if (error.code !== 'ENOENT') throw error;
}
setOutput('exit-code', exitCode);
