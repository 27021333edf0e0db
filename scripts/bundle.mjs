/**
 * The program, dist/lifeboat.cjs, and beside it one file for each SDK of a cloud: what the image carries and what is
 * copied into the server's pods. Most starts need no SDK, and those that do need one; the rest is not even read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundledPackages } from './bundled-packages.mjs';
import { replaceFile } from './replace-file.mjs';
import { sbom } from './sbom.mjs';
import { thirdParty } from './third-party.mjs';

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

/** What ES modules of the SDKs ask for, and no CommonJS file has. */
const META_URL = '__importMetaUrl';

const SDKS = 'bootstrap/store/sdk';

/** `bootstrap/store/sdk/s3.ts` is `require('./sdk-s3.cjs')` in the program. */
const sdksApart = {
  name: 'sdks-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/sdk\/[a-z0-9-]+\.ts$/ }, ({ path: name, kind }) =>
      kind === 'entry-point'
        ? undefined
        : { path: `./sdk-${path.basename(name, '.ts')}.cjs`, external: true },
    );
  },
};

/** The names and sizes of what was written. */
export async function bundle(root) {
  const ours = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const program = path.join(root, 'dist/lifeboat.cjs');
  const sdks = readdirSync(path.join(root, SDKS)).map((name) => path.basename(name, '.ts'));
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      lifeboat: 'cli/main.ts',
      ...Object.fromEntries(sdks.map((name) => [`sdk-${name}`, `${SDKS}/${name}.ts`])),
    },
    outdir: path.join(root, 'dist'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // ES modules first: of those the parts that nobody uses are left out.
    mainFields: ['module', 'main'],
    // Names stay: a stack trace of a pod must be readable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    banner: {
      js: `#!/usr/bin/env node\nconst ${META_URL}=require('node:url').pathToFileURL(__filename).href;`,
    },
    plugins: [withoutAxios, sdksApart],
    define: { __LIFEBOAT_VERSION__: JSON.stringify(ours.version), 'import.meta.url': META_URL },
    logLevel: 'error',
  });
  for (const { path: file, contents } of outputFiles)
    replaceFile(file, contents, file === program ? 0o755 : 0o644);
  // The validators were made ahead of time, and hold parts of ajv.
  const inputs = [...Object.keys(metafile.inputs), 'node_modules/ajv/dist/runtime'];
  const packages = bundledPackages(root, inputs);
  replaceFile(path.join(root, 'dist/THIRD-PARTY.txt'), thirdParty(root, packages));
  replaceFile(path.join(root, 'dist/sbom.cdx.json'), sbom(ours, packages));
  return outputFiles
    .filter(({ path: file }) => file.endsWith('.cjs'))
    .map(({ path: file, contents }) => ({ name: path.basename(file), bytes: contents.length }));
}
