/** dist/THIRD-PARTY.txt: every package of others that is in the program, with its licence, as those licences ask for. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

function licenceText(root, folder) {
  const name = readdirSync(path.join(root, folder)).find((each) =>
    /^(?:licen[cs]e|copying)(?:\.|$)/i.test(each),
  );
  return name === undefined ? '' : readFileSync(path.join(root, folder, name), 'utf8').trim();
}

/** `packages` as `bundledPackages` found them. */
export function thirdParty(root, packages) {
  const texts = new Map();
  for (const { name, version, license, folder } of packages) {
    const text = licenceText(root, folder);
    const key = `${license}\n${text}`;
    const titles = [...(texts.get(key)?.titles ?? []), `${name} ${version}`].sort();
    texts.set(key, { license, text, titles });
  }
  const sections = [...texts.values()].sort((a, b) => (a.titles[0] < b.titles[0] ? -1 : 1));
  const body = sections.map(({ titles, license, text }) =>
    [...titles.map((title) => `${title}: ${license}`), ...(text === '' ? [] : ['', text])].join('\n'),
  );
  return `Packages of others in this program, with their licences.\n\n${body.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
}
