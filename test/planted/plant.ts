/** A copy of this repository's files in which a bug is planted, and what the tests say of it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { PlantedBug } from './bugs.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Made by the build; not of git. */
const BUILT = ['generated', 'dist'];

export interface TestRun {
  readonly passed: boolean;
  /** Of the tests that failed. */
  readonly failures: readonly string[];
}

export class Copy {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-planted-'));

  constructor() {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    for (const file of [...listed.split('\0').filter((name) => name !== ''), ...BUILT])
      cpSync(path.join(ROOT, file), path.join(this.folder, file), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.folder, 'node_modules'));
  }

  async run(tests: readonly string[]): Promise<TestRun> {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const args = ['--import', 'tsx', '--test', '--test-reporter=tap', ...tests];
    const { stdout, exitCode } = await execa(process.execPath, args, {
      cwd: this.folder,
      env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 120_000,
    });
    const failures = [...stdout.matchAll(/^\s*not ok \d+ - (.*)$/gm)].map(([, name]) => name ?? '');
    return { passed: exitCode === 0, failures: failures.filter((name) => !name.endsWith('.test.ts')) };
  }

  /** What the bug's tests say while it is there; afterwards the copy is as before. */
  async planted({ name, file, from, to, tests }: PlantedBug): Promise<TestRun> {
    const place = path.join(this.folder, file);
    const text = readFileSync(place, 'utf8');
    const [before, after, ...more] = text.split(from);
    if (before === undefined || after === undefined || more.length > 0)
      throw new Error(`"${name}" cannot be planted: ${file} does not hold its text exactly once`);
    writeFileSync(place, `${before}${to}${after}`);
    try {
      return await this.run(tests);
    } finally {
      writeFileSync(place, text);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
