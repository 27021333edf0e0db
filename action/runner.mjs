/** How a step speaks to the runner of GitHub Actions: files that it reads afterwards, and lines in the log. */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

const say = (text) => process.stdout.write(`${text}\n`);

/** Text of the repository's own, in which a line that looks like a command to the runner must not be one. */
export function sayAsItIs(text) {
  const token = randomUUID();
  say(`::stop-commands::${token}`);
  say(text);
  say(`::${token}::`);
}

export function setOutput(name, value) {
  appendFileSync(process.env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

export function addSummary(markdown) {
  appendFileSync(process.env.GITHUB_STEP_SUMMARY, `${markdown}\n`);
}

const data = (text) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text) => data(String(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** A finding of a SARIF report, beside its line in the pull request. */
export function annotate({ level, ruleId, message, locations }) {
  const { artifactLocation, region = {} } = locations[0]?.physicalLocation ?? {};
  const place = {
    title: ruleId,
    file: artifactLocation === undefined ? undefined : decodeURIComponent(artifactLocation.uri),
    line: region.startLine,
    col: region.startColumn,
  };
  const written = Object.entries(place).filter(([, value]) => value !== undefined);
  const properties = written.map(([name, value]) => `${name}=${property(value)}`).join(',');
  say(`::${level === 'warning' ? 'warning' : 'error'} ${properties}::${data(message.text)}`);
}
