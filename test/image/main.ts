/** `npm run image`: builds the image and writes what fills it into the budget (size.json) and into docs/image.md. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtImage, whyNotBuilt } from './built-image.ts';
import { BELONGS_TO_NOTHING, grown } from './parts.ts';
import { budget, writeBudget } from './size-page.ts';

async function main(): Promise<number> {
  const why = whyNotBuilt();
  if (why !== undefined) {
    process.stderr.write(`${why}\n  next: run it as root, with buildah and debootstrap installed\n`);
    return 1;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-image-'));
  try {
    const { sizes } = await builtImage(folder);
    if (BELONGS_TO_NOTHING in sizes.parts) {
      process.stderr.write(
        'the image holds files that parts.ts has no name for: the test of the image lists them\n',
      );
      return 1;
    }
    for (const line of grown(sizes, budget())) process.stderr.write(`${line}\n`);
    writeBudget(sizes);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
