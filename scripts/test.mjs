/**
 * `npm test [-- [-t PATTERN] [FILE...]]`: gets the servers, runs every test file but the demo and the benchmarks,
 * and closes with one line of sums.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { testEnvironment } from './test-environment.mjs';

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');
const FOLDERS = [
  'contract',
  'bootstrap',
  'cluster',
  'generator',
  'status',
  'cli',
  'charts',
  'scripts',
  'test',
];
const NOT_HERE = /^test\/(?:bench|demo)\//;
const FILE_LIMIT = 10 * 60_000;

function testFiles() {
  const inFolder = (folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true })
      .map((name) => path.posix.join(folder, name))
      .filter((name) => name.endsWith('.test.ts') && !NOT_HERE.test(name))
      .sort();
  const found = FOLDERS.flatMap(inFolder);
  // The long ones first: then the two workers end at about the same time.
  const isLong = (name) => name.startsWith('test/pod/');
  return [...found.filter(isLong), ...found.filter((name) => !isLong(name))];
}

function run(args, stdout, env) {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...testEnvironment(), ...env },
    stdio: ['ignore', stdout, 'inherit'],
  });
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

/** What the tests run on. A program that is missing makes tests skip, or fail where CI=true. */
async function tools() {
  const { code, said } = await run(['--import', 'tsx', 'test/support/tools/main.ts', '--json'], 'pipe', {});
  const rows = said === '' ? [] : JSON.parse(said);
  for (const { name, version, path: reason } of rows.filter(({ missing }) => missing))
    process.stderr.write(`missing: ${name} ${version}: ${reason}\n`);
  return { ok: code === 0, rows: rows.filter(({ missing }) => !missing) };
}

async function runTests(files, pattern) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-test-'));
  const sums = path.join(folder, 'sums.json');
  const flags = [
    ...['--import', pathToFileURL(path.join(ROOT, 'scripts/own-network.mjs')).href, '--import', 'tsx'],
    ...['--test', '--test-concurrency=2', `--test-timeout=${FILE_LIMIT}`],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/summing-reporter.mjs', `--test-reporter-destination=${sums}`],
    ...(pattern === undefined ? [] : [`--test-name-pattern=${pattern}`]),
  ];
  try {
    const env = {
      LIFEBOAT_TOOLS_AS_THEY_ARE: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
    const { code } = await run([...flags, ...files], 'inherit', env);
    return { code, ...JSON.parse(readFileSync(sums, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function proof(failed, rows) {
  const servers = rows.filter(({ name }) => ['Vault', 'OpenBao'].includes(name));
  const on = servers.map(({ name, version }) => `${name} ${version}`).join(' and ');
  const where = on === '' ? 'without a real server' : `with the real servers ${on}`;
  return `${failed === 0 ? 'Everything that ran holds' : 'Not everything holds'}, ${where}.`;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { 'test-name-pattern': { type: 'string', short: 't' } },
    allowPositionals: true,
  });
  const files = positionals.length > 0 ? positionals : testFiles();
  const there = await tools();
  const result = await runTests(files, values['test-name-pattern']);
  const failed = result.fail + result.cancelled;
  process.stdout.write(`\n${proof(failed, there.rows)}\n`);
  process.stdout.write(`${result.pass} passed, ${failed} failed, ${result.skipped + result.todo} skipped\n`);
  return result.code === 0 && failed === 0 && there.ok ? 0 : 1;
}

process.exitCode = await main();
