#!/usr/bin/env node
/**
 * What .pre-commit-hooks.yaml runs, in the clone that pre-commit made of this repository: the first call installs and
 * builds there, by the lock file; then it is `lifeboat` with the same words.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');

function run(file, ...args) {
  const { status } = spawnSync(process.execPath, [path.join(ROOT, file), ...args], { stdio: 'inherit' });
  return status ?? 1;
}

process.exitCode =
  run('scripts/prepare.mjs', '--quiet') || run('dist/lifeboat.cjs', ...process.argv.slice(2));
