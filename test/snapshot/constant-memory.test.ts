import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { createArchiveVerifier } from '../../bootstrap/snapshot/archive.ts';
import { goodMembers, metaText, sha256 } from './build-archive.ts';

const MIB = 1024 * 1024;
const STATE_MIB = 256;

/** The tar of a snapshot whose state.bin is `block` again and again, made while it is read. */
function largeTar(block: Buffer) {
  const tar = pack();
  const meta = metaText(STATE_MIB * MIB);
  const hash = createHash('sha256');
  async function fill(): Promise<void> {
    tar.entry({ name: 'meta.json' }, meta);
    const state = tar.entry({ name: 'state.bin', size: STATE_MIB * MIB });
    for (let i = 1; i < STATE_MIB; i++) {
      hash.update(block);
      if (!state.write(block)) await once(state, 'drain');
    }
    hash.update(block);
    state.end(block);
    await once(state, 'finish');
    const sums = `${sha256(meta)}  meta.json\n${hash.digest('hex')}  state.bin\n`;
    tar.entry({ name: 'SHA256SUMS' }, sums);
    tar.entry({ name: 'SHA256SUMS.sealed' }, goodMembers().sealed.body);
    tar.finalize();
  }
  return { tar, filled: fill() };
}

/** Random bytes are stored as they are; zeros shrink to a thousandth, so that a small chunk unpacks to a large one. */
const CASES = {
  'stored bytes': { block: randomBytes(MIB), level: 0 },
  zeros: { block: Buffer.alloc(MIB), level: 1 },
};

for (const [name, { block, level }] of Object.entries(CASES)) {
  test(`${STATE_MIB} MiB of ${name} are verified in constant memory`, { timeout: 60_000 }, async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    const upload = new Writable({
      write(_chunk, _encoding, callback) {
        peak = Math.max(peak, process.memoryUsage().rss);
        callback();
      },
    });
    const { tar, filled } = largeTar(block);
    const verifier = createArchiveVerifier();

    await Promise.all([filled, pipeline(tar, createGzip({ level, chunkSize: 64 * 1024 }), verifier, upload)]);

    assert.equal((await verifier.facts).state.size, STATE_MIB * MIB);
    const grown = (peak - before) / MIB;
    assert.ok(grown < STATE_MIB / 4, `grew by ${grown.toFixed()} MiB`);
  });
}
