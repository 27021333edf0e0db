/** The step that tells a pull request what it changes: in the job's summary, and in one comment where it may write. */
import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { baseFolder } from './base-folder.mjs';
import { configFlags, PROGRAM, pullRequestOf } from './inputs.mjs';
import { fenced, shortened } from './markdown.mjs';
import { addSummary, sayAsItIs } from './runner.mjs';
import { Refused, writeComment } from './sticky-comment.mjs';

/** What a token that may only read is answered, as for a pull request out of a fork. */
const MAY_NOT_WRITE = [401, 403, 404];

const { LIFEBOAT_OUT, LIFEBOAT_EXIT_CODE, GITHUB_TOKEN: token, GITHUB_EVENT_PATH } = process.env;

async function planText(out) {
  const args = ['plan', ...configFlags(process.env), '--out', out];
  const { exitCode, stdout, stderr } = await execa(process.execPath, [PROGRAM, ...args], { reject: false });
  return exitCode === 0 ? stdout : `${stdout}${stderr}`;
}

function verdict() {
  if (LIFEBOAT_EXIT_CODE === '0') return 'Checked: good.';
  return `Checked: **exit code ${LIFEBOAT_EXIT_CODE}**, see the run.`;
}

const pull = pullRequestOf(JSON.parse(readFileSync(GITHUB_EVENT_PATH, 'utf8')), process.env);
const base = await baseFolder(pull?.base, LIFEBOAT_OUT);
const against =
  base === undefined ? 'the rendered folder as it is committed here' : 'the branch that this goes to';
const plan = await planText(base ?? LIFEBOAT_OUT);
const text = `### lifeboat plan\n\n${verdict()} Against ${against}:\n\n${fenced(shortened(plan), 'diff')}\n`;

sayAsItIs(plan);
addSummary(text);
if (pull === undefined || token === undefined || token === '') {
  process.stdout.write('no comment: there is no pull request, or no token\n');
} else {
  try {
    process.stdout.write(`comment ${await writeComment({ ...pull, token }, text)}\n`);
  } catch (error) {
    if (!(error instanceof Refused) || !MAY_NOT_WRITE.includes(error.status)) throw error;
    process.stdout.write(
      `::notice::the plan is in the summary of the job alone: ${error.message} (a fork's token only reads; else give the job the permission "pull-requests: write")\n`,
    );
  }
}
