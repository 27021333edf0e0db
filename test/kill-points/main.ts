/**
 * `npm run killpoints [-- [--only PRODUCT/SEAL] [--every N] [--write]]`: kill -9 before and after every side effect of
 * lifeboat in the server's pod, on real servers, and the same Vault afterwards. `--every N` tries each N-th point, others
 * for each of the four pairs; `--write` makes docs/kill-points.md of it.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../contract/errors.ts';
import { inOwnNamespaces } from '../support/own-namespaces.ts';
import { PRODUCTS } from '../support/pod/each-product.ts';
import { everyNth, pointsOf } from './choose.ts';
import { page, type Tried } from './page.ts';
import { PLACES, Scene, SEALS } from './scene.ts';

const PAGE = path.resolve(import.meta.dirname, '../../docs/kill-points.md');

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      every: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  });
  const every = Number(values.every);
  const pairs = PRODUCTS.flatMap((product) => SEALS.map((seal) => ({ product, seal })));
  const tried: Tried[] = [];
  let failed = 0;
  for (const [index, { product, seal }] of pairs.entries()) {
    if (values.only !== undefined && values.only !== `${product}/${seal}`) continue;
    const scene = await Scene.create(product, seal);
    try {
      for (const place of PLACES) {
        const all = pointsOf(place, await scene.points(place));
        for (const point of everyNth(all, every, index)) {
          const what = `${product}/${seal} ${place}: ${point.who} dies ${point.name}`;
          try {
            const outcome = await scene.try(point);
            tried.push({ product, seal, point, outcome });
            process.stdout.write(`ok      ${what} (the disk said: ${outcome.disk})\n`);
          } catch (error) {
            failed++;
            process.stdout.write(
              `FAILED  ${what}\n        ${messageOf(error).replaceAll('\n', '\n        ')}\n`,
            );
          }
        }
      }
    } finally {
      await scene.end();
    }
  }
  process.stdout.write(`${tried.length} kill points came back as the same Vault, ${failed} did not\n`);
  if (values.write && failed === 0) writeFileSync(PAGE, page(tried, every));
  return failed === 0 ? 0 : 1;
}

if (await inOwnNamespaces('kill-points')) process.exitCode = await main();
