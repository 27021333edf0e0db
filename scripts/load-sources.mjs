/** Runs TypeScript sources inside a plain script: bundles a small entry and imports what came out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The modules of `files` (relative to the repository), in that order. */
export async function loadSources(root, files) {
  const entry = files.map((file, i) => `export * as m${i} from ${JSON.stringify(`./${file}`)};`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root, sourcefile: 'sources.ts', loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // CommonJS dependencies of a source still call require.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-build-'));
  try {
    const file = path.join(folder, 'sources.mjs');
    writeFileSync(file, outputFiles[0].contents);
    const loaded = await import(pathToFileURL(file).href);
    return files.map((_, i) => loaded[`m${i}`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
