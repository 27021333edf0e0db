/** The whole program in one file, dist/lifeboat.cjs: what the image carries and what is copied into the server's pods. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { replaceFile } from './replace-file.mjs';

/**
 * node-vault speaks over our own transport (docs/adr/0008), but loads the HTTP client that it brings as well. That one
 * and what it needs would be an eighth of the bundle, read and run at each start.
 */
const withoutAxios = {
  name: 'without-axios',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^axios$/ }, () => ({ path: 'axios', namespace: 'left-out' }));
    onLoad({ filter: /^axios$/, namespace: 'left-out' }, () => ({
      contents: "exports.create = () => { throw new Error('node-vault was made without our transport'); };",
    }));
  },
};

export async function bundle(root) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const target = path.join(root, 'dist/lifeboat.cjs');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts'],
    outfile: target,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // ES modules first: of those the parts that nobody uses are left out.
    mainFields: ['module', 'main'],
    // Names stay: a stack trace of a pod must be readable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [withoutAxios],
    define: { __LIFEBOAT_VERSION__: JSON.stringify(version) },
    logLevel: 'error',
  });
  for (const { path: file, contents } of outputFiles)
    replaceFile(file, contents, file === target ? 0o755 : 0o644);
  return outputFiles.find((file) => file.path === target).contents.length;
}
