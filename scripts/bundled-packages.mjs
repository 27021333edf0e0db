/** The packages of others that are in the program: found by the files that went into it, not by what is installed. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** `node_modules/@a/b/node_modules/c/lib/x.js` is of the package in `node_modules/@a/b/node_modules/c`. */
function folderOf(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

/** A word in most packages, an object or a list of them in old ones. */
function named(license) {
  if (Array.isArray(license)) return license.map(named).join(' OR ');
  return typeof license === 'object' ? String(license.type) : String(license);
}

/** `inputs` are files as esbuild names them. Sorted; the same package twice, in two folders, is there twice. */
export function bundledPackages(root, inputs) {
  const folders = [...new Set(inputs.map(folderOf))].filter(
    (folder) => folder !== undefined && existsSync(path.join(root, folder, 'package.json')),
  );
  return folders.sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    );
    return { name, version, license: named(license), folder };
  });
}
