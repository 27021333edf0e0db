/** dist/THIRD-PARTY.txt: every package of others that is in the program, with its licence, as those licences ask for. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** `node_modules/@a/b/node_modules/c/lib/x.js` is of the package in `node_modules/@a/b/node_modules/c`. */
function folderOf(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

function licenceText(root, folder) {
  const name = readdirSync(path.join(root, folder)).find((each) =>
    /^(?:licen[cs]e|copying)(?:\.|$)/i.test(each),
  );
  return name === undefined ? '' : readFileSync(path.join(root, folder, name), 'utf8').trim();
}

/** A word in most packages, an object or a list of them in old ones. */
function named(license) {
  if (Array.isArray(license)) return license.map(named).join(' OR ');
  return typeof license === 'object' ? String(license.type) : String(license);
}

/** `inputs` are the files that went into the program, as esbuild names them. */
export function thirdParty(root, inputs) {
  const folders = [...new Set(inputs.map(folderOf))].filter(
    (folder) => folder !== undefined && existsSync(path.join(root, folder, 'package.json')),
  );
  const packages = folders.map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    );
    return { title: `${name} ${version}`, license: named(license), text: licenceText(root, folder) };
  });
  const texts = new Map();
  for (const { title, license, text } of packages) {
    const key = `${license}\n${text}`;
    texts.set(key, { license, text, titles: [...(texts.get(key)?.titles ?? []), title].sort() });
  }
  const sections = [...texts.values()].sort((a, b) => (a.titles[0] < b.titles[0] ? -1 : 1));
  const body = sections.map(({ titles, license, text }) =>
    [...titles.map((title) => `${title}: ${license}`), ...(text === '' ? [] : ['', text])].join('\n'),
  );
  return `Packages of others in this program, with their licences.\n\n${body.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
}
