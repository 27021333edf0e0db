/**
 * Builds what is not written by hand:
 *
 *   generated/            validators and templates, compiled ahead of time; not committed
 *   dist/                 the program, lifeboat.cjs, and the SDKs that it may need; not committed
 *   schema/, docs/        what is made from the schemas for people; committed
 *
 * `--outputs` leaves the committed files alone; `--check` writes nothing and fails where one of them is not up to date.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { committedFiles } from './committed-files.mjs';
import { replaceFile } from './replace-file.mjs';
import { sourceDigest, stampFile } from './source-digest.mjs';
import { templates } from './templates.mjs';
import { validators } from './validators.mjs';

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');
const say = (line) => process.stderr.write(`${line}\n`);

async function writeGenerated() {
  const parts = { validators: await validators(ROOT), templates: templates(ROOT) };
  for (const [name, { js, types }] of Object.entries(parts)) {
    replaceFile(path.join(ROOT, `generated/${name}.js`), js);
    replaceFile(path.join(ROOT, `generated/${name}.d.ts`), types);
  }
}

async function writeBundle() {
  if (!existsSync(path.join(ROOT, 'cli/main.ts'))) {
    say('dist/lifeboat.cjs: left out, there is no cli/main.ts');
    return;
  }
  for (const { name, bytes } of await bundle(ROOT)) say(`dist/${name}: ${(bytes / 1e6).toFixed(1)} MB`);
}

async function check() {
  const stale = (await committedFiles(ROOT)).filter(([name, text]) => {
    const file = path.join(ROOT, name);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  for (const [name] of stale) say(`${name} is not what the sources say`);
  if (stale.length > 0) say('  next: node scripts/build.mjs, and commit what changed');
  return stale.length === 0;
}

async function main(flags) {
  const unknown = flags.find((flag) => !['--check', '--outputs'].includes(flag));
  if (unknown !== undefined) {
    say(`build.mjs knows no ${unknown}`);
    return 2;
  }
  if (flags.includes('--check')) return (await check()) ? 0 : 1;
  const digest = sourceDigest(ROOT);
  await writeGenerated();
  if (!flags.includes('--outputs')) {
    for (const [name, text] of await committedFiles(ROOT))
      if (replaceFile(path.join(ROOT, name), text)) say(`${name}: written`);
  }
  await writeBundle();
  replaceFile(stampFile(ROOT), `${digest}\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
