/** The committed budget, and its table in docs/image.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Sizes, tableOf } from './parts.ts';

const BUDGET = path.join(import.meta.dirname, 'size.json');
const PAGE = path.resolve(import.meta.dirname, '../../docs/image.md');
const TABLE = /(<!-- made by npm run image -->\n)([\s\S]*?)(\n<!-- end -->)/;

export function budget(): Sizes {
  return JSON.parse(readFileSync(BUDGET, 'utf8')) as Sizes;
}

export function tableIn(page: string): string | undefined {
  return TABLE.exec(page)?.[2];
}

export function writeBudget(sizes: Sizes): void {
  writeFileSync(BUDGET, `${JSON.stringify(sizes, null, 2)}\n`);
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(TABLE, (_, begin: string, __, end: string) => begin + tableOf(sizes) + end),
  );
}
