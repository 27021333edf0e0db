import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { opens } from '../../bootstrap/keys/check.ts';
import { parseShareText } from '../../bootstrap/keys/share-files.ts';
import { type ArchiveFacts, verifyArchive } from '../../bootstrap/snapshot/archive.ts';
import { inChunks } from './build-archive.ts';
import { flipBit, mutations } from './mutations.ts';
import { takeRealSnapshot } from './real-snapshot.ts';

const TOOLS = join(homedir(), '.cache/vault-lifeboat/tools');
const SERVERS = {
  'Vault 1.21.1': 'vault-with-kubernetes-1.21.1/vault',
  'OpenBao 2.7.2': 'openbao-2.7.2/bao',
};

/** The facts of an archive that was taken for good; undefined where it was refused as damaged. */
async function verdict(archive: Buffer): Promise<ArchiveFacts | undefined> {
  try {
    return await verifyArchive(inChunks(archive, 4096));
  } catch (error) {
    assert.equal((error as { exit?: string }).exit, 'integrity', String(error));
    return undefined;
  }
}

/** The members of a tar with their headers and filling, cut apart by the sizes in the headers. */
function memberBlocks(tar: Buffer): readonly Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; tar[at] !== 0; ) {
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const end = at + 512 + Math.ceil(size / 512) * 512;
    blocks.push(tar.subarray(at, end));
    at = end;
  }
  return blocks;
}

for (const [server, binary] of Object.entries(SERVERS)) {
  describe(`a real snapshot of ${server}`, { timeout: 120_000 }, () => {
    let archive: Buffer;
    let tar: Buffer;
    let facts: ArchiveFacts;
    let shares: readonly Uint8Array[];

    before(async () => {
      const taken = await takeRealSnapshot({ binary: join(TOOLS, binary) });
      archive = taken.archive;
      tar = gunzipSync(archive);
      facts = await verifyArchive(inChunks(archive));
      shares = parseShareText(taken.init, 'sys/init').shares;
    });

    /** No member differs, whatever the compressed bytes are; the archive's own digest, in the manifest, tells those. */
    function sameMembers(found: ArchiveFacts): void {
      const { archive: _, ...members } = found;
      const { archive: __, ...expected } = facts;
      assert.deepEqual(members, expected);
    }

    test('is accepted as it came, and says what it is', () => {
      assert.equal(facts.archive.size, archive.length);
      assert.ok(facts.meta.index > 0 && facts.meta.term > 0);
      assert.equal(facts.meta.stateSize, facts.state.size);
      assert.equal(facts.sealed.kind, 'shamir');
      assert.equal(memberBlocks(tar).length, 4);
    });

    test('opens with any three of its five shares and finds the threshold', () => {
      assert.equal(shares.length, 5);
      fc.assert(
        fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 3 }), (chosen) => {
          const given = chosen.map((i) => shares[i] as Uint8Array);
          assert.deepEqual(opens(facts, given), { result: 'open', threshold: 3, foreign: [] });
        }),
        { seed: 3, numRuns: 100 },
      );
    });

    test('does not open with two shares, nor with foreign or changed ones', () => {
      assert.equal(opens(facts, shares.slice(0, 2), 3).result, 'too-few');
      assert.equal(opens(facts, [randomBytes(33), randomBytes(33), randomBytes(33)], 3).result, 'wrong');
      fc.assert(
        fc.property(fc.nat(2), fc.nat(33 * 8 - 1), (which, bit) => {
          const given = shares
            .slice(0, 3)
            .map((share, i) => (i === which ? flipBit(Buffer.from(share), bit) : share));
          assert.equal(opens(facts, given, 3).result, 'wrong');
        }),
        { seed: 4, numRuns: 100 },
      );
      const oneWrong = [...shares.slice(0, 3), flipBit(Buffer.from(shares[3] as Uint8Array), 9)];
      assert.deepEqual(opens(facts, oneWrong), { result: 'open', threshold: 3, foreign: [4] });
    });

    test('is refused when its compressed bytes change, or has every member unchanged', async () => {
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(mutations(archive), async ({ bytes }) => {
          const found = await verdict(bytes);
          if (found === undefined) return;
          accepted++;
          assert.equal(bytes.length, archive.length, 'only a change in place can be without effect');
          assert.notEqual(found.archive.sha256, facts.archive.sha256);
          sameMembers(found);
        }),
        { seed: 5, numRuns: 1000 },
      );
      assert.ok(accepted < 50, `${accepted} of 1000 were accepted`);
    });

    test('is refused for every bit of its gzip frame, but for time, level and system of the header', async () => {
      const trailer = (archive.length - 8) * 8;
      for (let i = 0; i < 80 + 64; i++) {
        const bit = i < 80 ? i : trailer + i - 80;
        const found = await verdict(flipBit(archive, bit));
        assert.equal(found !== undefined, bit >= 32 && bit < 80, `bit ${bit}`);
        if (found !== undefined) sameMembers(found);
      }
    });

    test('is refused when its tar changes under a fresh gzip, or the shares tell', async () => {
      await fc.assert(
        fc.asyncProperty(mutations(tar), async ({ bytes }) => {
          const found = await verdict(gzipSync(bytes, { level: 1 }));
          if (found === undefined) return;
          // Only the seal itself vouches for SHA256SUMS.sealed: what is changed there and still read, opens no more.
          const { archive: _, sealed, sealedBytes, ...members } = found;
          const { archive: __, sealed: ___, sealedBytes: real, ...expected } = facts;
          assert.deepEqual(members, expected);
          const ciphertext = sealed.kind === 'shamir' ? Buffer.from(sealed.ciphertext) : undefined;
          const intact = facts.sealed.kind === 'shamir' && ciphertext?.equals(facts.sealed.ciphertext);
          if (!intact) assert.notEqual(opens(found, shares, 3).result, 'open');
          assert.ok(intact || !Buffer.from(real).equals(sealedBytes));
        }),
        { seed: 6, numRuns: 1000 },
      );
    });

    test('is refused with its members in any other order, one left out, or one twice', async () => {
      const blocks = memberBlocks(tar);
      const end = Buffer.alloc(1024);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 6 }), async (order) => {
          const chosen = order.map((i) => blocks[i] as Buffer);
          const found = await verdict(gzipSync(Buffer.concat([...chosen, end]), { level: 1 }));
          assert.equal(found !== undefined, order.join() === '0,1,2,3');
        }),
        { seed: 8, numRuns: 300, examples: [[[0, 1, 2, 3]], [[0, 1, 2]], [[1, 0, 2, 3]], [[0, 1, 2, 3, 3]]] },
      );
    });
  });
}

test('a real snapshot of an auto-unsealed OpenBao 2.7.2 names its key and takes no shares', async () => {
  const seal = { static: { current_key_id: 'key-of-2026', current_key: randomBytes(32).toString('hex') } };
  const { archive, init } = await takeRealSnapshot({ binary: join(TOOLS, SERVERS['OpenBao 2.7.2']), seal });

  const facts = await verifyArchive(inChunks(archive));

  assert.deepEqual(facts.sealed, { kind: 'auto', keyId: 'key-of-2026' });
  assert.deepEqual(opens(facts, [randomBytes(32)]), { result: 'not-shamir', keyId: 'key-of-2026' });
  assert.throws(() => parseShareText(init, 'sys/init'), {
    exit: 'keys',
    message: /recovery keys, not unseal shares/,
  });
});
