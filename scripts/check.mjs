/** `npm run check`: everything that can be said without running the program. All steps run; one that fails fails it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');
const REQUIRED = [
  ...[
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'Dockerfile',
    '.dockerignore',
  ],
  ...['.ci/run', 'docs/configuration.md', 'docs/exit-codes.md', 'schema/lifeboat.schema.json'],
  ...['charts/vault-lifeboat/Chart.yaml', 'charts/vault-lifeboat/values.schema.json'],
];

/** What biome formats: pages and charts are laid out by hand. */
const SOURCES = [
  ...['action', 'bootstrap', 'cli', 'cluster', 'contract', 'generator', 'scripts', 'status', 'test'],
  ...['package.json', 'biome.json', 'tsconfig.json'],
];

const bin = (name) => path.join(ROOT, 'node_modules/.bin', name);

/** The words of a command that failed; nothing where it did not. */
function command(file, ...args) {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd: ROOT, encoding: 'utf8' });
  if (status === 0) return undefined;
  return error === undefined ? `${stdout}${stderr}`.trimEnd() : error.message;
}

function requiredFiles() {
  const absent = REQUIRED.filter((name) => !existsSync(path.join(ROOT, name)));
  return absent.length === 0 ? undefined : `not there: ${absent.join(', ')}`;
}

/** One version for the program, its image and its chart. */
function versions() {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const chart = parse(readFileSync(path.join(ROOT, 'charts/vault-lifeboat/Chart.yaml'), 'utf8'));
  if (chart.appVersion === version) return undefined;
  return `Chart.yaml says appVersion ${chart.appVersion}, package.json ${version}`;
}

const STEPS = [
  ['types (tsc)', () => command(bin('tsc'), '-p', '.')],
  ['style (biome)', () => command(bin('biome'), 'check', ...SOURCES)],
  ['unused code (knip)', () => command(bin('knip'))],
  ['generated files', () => command(process.execPath, 'scripts/build.mjs', '--check')],
  ['shell (.ci)', () => command('bash', '-c', 'bash -n .ci/run && bash -n .ci/e2e')],
  ['files of a release', requiredFiles],
  ['versions agree', versions],
];

function runStep([name, work]) {
  const start = Date.now();
  let problem;
  try {
    problem = work();
  } catch (error) {
    problem = String(error);
  }
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${problem === undefined ? 'ok  ' : 'FAIL'}  ${name.padEnd(20)} ${seconds} s\n`);
  if (problem !== undefined) process.stdout.write(`${problem.replaceAll(/^/gm, '      ')}\n`);
  return problem === undefined;
}

const results = STEPS.map(runStep);
process.exitCode = results.every(Boolean) ? 0 : 1;
