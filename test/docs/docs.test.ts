/** What the documentation says must be so: its examples render, its commands, links, paths and numbers exist. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { CHECKS } from '../../contract/doctor.ts';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { manifestSchema, pointerSchema, receiptSchema } from '../../contract/manifest.ts';
import { validateManifest, validatePointer, validateReceipt } from '../../generated/validators.js';
import { OFFICIAL_CHARTS } from '../../generator/chart/official-charts.ts';
import { callsOf, PROGRAM, unknownIn } from './command-lines.ts';
import { anchorsOf, type Block, blocksOf, localLinksOf, PAGES, pageOf, proseOf, ROOT } from './markdown.ts';

const BLOCKS = PAGES.flatMap(blocksOf);
const SHELL = BLOCKS.filter(({ info }) => info === 'sh');
const WHOLE = 'yaml lifeboat.yaml';
const PART = 'yaml lifeboat.yaml part';
const LAYER = 'yaml lifeboat.yaml layer';
const VALUES = 'yaml my-values.yaml';

const work = mkdtempSync(path.join(tmpdir(), 'lifeboat-docs-'));
after(() => rmSync(work, { recursive: true, force: true }));

type Fields = Readonly<Record<string, unknown>>;

const placeOf = ({ page, line }: Block): string => `${page}:${line}`;

/** The values of a one-replica server in raft mode, where a page shows none of its own. */
function valuesFor(page: string): string {
  const own = BLOCKS.find((block) => block.page === page && block.info === VALUES);
  return own?.text ?? stringify({ server: { ha: { enabled: true, replicas: 1, raft: { enabled: true } } } });
}

async function renderIt(block: Block, ...layers: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(work, 'example-'));
  const files = layers.map((text, index) => {
    const file = path.join(folder, index === 0 ? 'lifeboat.yaml' : `layer-${index}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const { release } = parse(layers.at(-1) ?? '') as { release: { values?: readonly string[] } };
  for (const values of release.values ?? []) writeFileSync(path.join(folder, values), valuesFor(block.page));
  const named = files.flatMap((file) => ['-f', file]);
  const args = [PROGRAM, 'render', ...named, '-o', path.join(folder, 'out')];
  const { exitCode, stderr } = await execa(process.execPath, args, { reject: false });
  assert.equal(exitCode, 0, `${placeOf(block)} does not render:\n${stderr}`);
  assert.ok(existsSync(path.join(folder, 'out/vault-values.yaml')));
}

function readmes(): string {
  const base = BLOCKS.find(({ page, info }) => page === 'README.md' && info === WHOLE);
  assert.ok(base, 'the README has no whole example');
  return base.text;
}

/** A part stands in the place of the README's keys of the same name. */
function laidOver(part: string): string {
  return stringify({ ...(parse(readmes()) as Fields), ...(parse(part) as Fields) });
}

describe('examples of lifeboat.yaml', () => {
  const whole = BLOCKS.filter(
    ({ info, text }) => info === WHOLE || (/^yaml\b/.test(info) && text.startsWith('version: 1')),
  );

  it('are there', () => {
    assert.ok(whole.length >= 3, `${whole.length} whole examples`);
    assert.ok(BLOCKS.some(({ page, info }) => page === 'README.md' && info === WHOLE));
  });
  for (const block of whole) {
    it(`render: ${placeOf(block)}`, () => renderIt(block, block.text));
  }
  for (const block of BLOCKS.filter(({ info }) => info === PART)) {
    it(`render over the README's: ${placeOf(block)}`, () => renderIt(block, laidOver(block.text)));
  }
  for (const block of BLOCKS.filter(({ info }) => info === LAYER)) {
    it(`render as a layer over the README's: ${placeOf(block)}`, () =>
      renderIt(block, readmes(), block.text));
  }
  it('have no other kind: every block that says lifeboat.yaml is rendered here', () => {
    const odd = BLOCKS.filter(
      ({ info }) => info.includes('lifeboat.yaml') && ![WHOLE, PART, LAYER].includes(info),
    );
    assert.deepEqual(odd.map(placeOf), []);
  });
});

describe('other blocks', () => {
  it('of YAML and JSON parse', () => {
    for (const block of BLOCKS) {
      if (/^yaml\b/.test(block.info)) assert.doesNotThrow(() => parse(block.text), placeOf(block));
      if (/^json\b/.test(block.info)) assert.doesNotThrow(() => JSON.parse(block.text), placeOf(block));
    }
  });
  it('of manifest, pointer and receipt are what the schemas want', () => {
    const validators = { manifest: validateManifest, pointer: validatePointer, receipt: validateReceipt };
    for (const [name, validate] of Object.entries(validators)) {
      const examples = BLOCKS.filter(({ info }) => info === `json ${name}`);
      assert.notEqual(examples.length, 0, `no example of a ${name}`);
      for (const block of examples)
        assert.ok(validate(JSON.parse(block.text)), `${placeOf(block)}: ${JSON.stringify(validate.errors)}`);
    }
  });
  it('of shell are shell', async () => {
    for (const block of SHELL) {
      const { exitCode, stderr } = await execa('sh', ['-n'], { input: block.text, reject: false });
      assert.equal(exitCode, 0, `${placeOf(block)}: ${stderr}`);
    }
  });
});

describe('commands in shell blocks', () => {
  const calls = SHELL.flatMap(callsOf);

  it('of lifeboat are known to its help, with their flags and arguments', async () => {
    assert.ok(calls.length >= 10, `${calls.length} calls were found`);
    for (const call of calls)
      assert.equal(await unknownIn(call), undefined, `${call.place}: lifeboat ${call.words.join(' ')}`);
  });
  it('of npm are scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Fields;
    };
    for (const { file, text } of PAGES) {
      for (const [, script = ''] of text.matchAll(/\bnpm run (?:-s )?([a-z0-9]+)/g))
        assert.ok(script in scripts, `${file}: npm run ${script}`);
    }
  });
});

describe('links and paths', () => {
  for (const page of PAGES) {
    it(`lead somewhere: ${page.file}`, () => {
      for (const { target } of localLinksOf(page)) {
        const [file = '', anchor] = target.split('#');
        const place = file === '' ? page.file : path.posix.join(path.posix.dirname(page.file), file);
        assert.ok(existsSync(path.join(ROOT, place)), `${page.file}: ${target}`);
        if (anchor !== undefined) assert.ok(anchorsOf(pageOf(place)).has(anchor), `${page.file}: ${target}`);
      }
    });
  }
  it('of files in the repository exist, wherever a page names one', () => {
    let seen = 0;
    for (const page of PAGES) {
      for (const [, file = ''] of proseOf(page).matchAll(
        /`((?:bootstrap|charts|cli|cluster|contract|docs|generator|schema|scripts|test)\/[\w./-]+)`/g,
      )) {
        seen++;
        assert.ok(existsSync(path.join(ROOT, file)), `${page.file} names ${file}`);
      }
    }
    assert.ok(seen > 50, `${seen} paths were found`);
  });
  it('of decisions: each is in the list', () => {
    const listed = localLinksOf(pageOf('docs/adr/README.md')).map(({ target }) => target);
    const pages = PAGES.map(({ file }) => file).filter((file) => /^docs\/adr\/\d/.test(file));
    assert.deepEqual([...listed].sort(), pages.map((file) => path.basename(file)).sort());
  });
});

/** `exit 11`, `Exit 2, 3 and 11`, `exit code 0`. */
function exitCodesIn(text: string): readonly number[] {
  const found = text.matchAll(/\b[Ee]xit(?: codes?)?:? (\d+(?:(?:, | and | or )\d+)*)/g);
  return [...found].flatMap(([, list = '']) => (list.match(/\d+/g) ?? []).map(Number));
}

describe('numbers and names', () => {
  const codes = new Set<number>(Object.values(EXIT_CODES).map(({ code }) => code));

  it('of exit codes exist', () => {
    const mentioned = PAGES.flatMap((page) =>
      exitCodesIn(page.text).map((code) => ({ page: page.file, code })),
    );
    assert.ok(mentioned.length > 20, `${mentioned.length} exit codes were found`);
    assert.deepEqual(
      mentioned.filter(({ code }) => !codes.has(code)),
      [],
    );
  });
  it("of doctor's checks are those of the code, in its words", () => {
    const rows = Object.entries(CHECKS).map(
      ([name, { from, asks }]) => `| \`${name}\` | ${from} | ${asks} |`,
    );
    const table = pageOf('docs/doctor.md').text.match(/^\| `[\w-]+` \| (?:outside|inside|both) \| .*$/gm);
    assert.deepEqual(table, rows);
  });
  it('of exit codes in tables exist', () => {
    for (const page of PAGES) {
      for (const [, table = ''] of page.text.matchAll(
        /^\| (?:exit|code) +\|.*\n\|[ |-]+\n((?:\|.*\n?)+)/gm,
      )) {
        for (const [, code = ''] of table.matchAll(/^\| *(\d+) *\|/gm))
          assert.ok(codes.has(Number(code)), `${page.file}: ${code}`);
      }
    }
  });
  it('of charts in the README are those that are built in', () => {
    const text = pageOf('README.md').text;
    for (const product of ['vault', 'openbao']) {
      const row = new RegExp(`^\\| official chart \`${product}\`, built in \\| (.+) \\|$`, 'm').exec(
        text,
      )?.[1];
      const versions = OFFICIAL_CHARTS.filter(({ name }) => name === product).map(({ version }) => version);
      assert.equal(row, versions.join(', '));
    }
  });
  it('of the phase table are those of the code', () => {
    const source = readFileSync(path.join(ROOT, 'bootstrap/restore/phase.ts'), 'utf8');
    const table = [...source.matchAll(/^ \* (\|.*\|)$/gm)].map(([, row]) => row).join('\n');
    assert.notEqual(table, '');
    assert.ok(
      pageOf('docs/restore-protocol.md').text.includes(table),
      'the table of bootstrap/restore/phase.ts',
    );
  });
  it('of manifest, pointer and receipt are those of the schemas', () => {
    const { text } = pageOf('docs/snapshot-format.md');
    const sections = {
      'The manifest': manifestSchema,
      'The pointer': pointerSchema,
      Receipts: receiptSchema,
    };
    for (const [heading, schema] of Object.entries(sections)) {
      const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
      const rows = section.match(/^\| `.*$/gm) ?? [];
      const documented = rows.flatMap((row) => (row.split('|')[1] ?? '').match(/(?<=`)[^`, ]+(?=`)/g) ?? []);
      assert.deepEqual([...documented].sort(), [...fieldsOf(schema)].sort(), heading);
    }
  });
});

/** `archive.size`, `audit[].path`: the leaves of a schema. */
function fieldsOf(schema: object, prefix = ''): readonly string[] {
  const { properties, items } = schema as { properties?: Record<string, object>; items?: object };
  if (items !== undefined) return fieldsOf(items, `${prefix}[]`);
  if (properties === undefined) return [prefix];
  return Object.entries(properties).flatMap(([name, child]) =>
    fieldsOf(child, prefix === '' ? name : `${prefix}.${name}`),
  );
}
