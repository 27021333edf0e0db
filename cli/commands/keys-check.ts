/** `lifeboat keys check SNAPSHOT --keys-file FILE`: do these shares open that snapshot? Offline, no server. */
import { opens } from '../../bootstrap/keys/check.ts';
import { readShareFile } from '../../bootstrap/keys/share-files.ts';
import { verdictSentence } from '../../bootstrap/keys/verdict-sentence.ts';
import { LifeboatError } from '../../contract/errors.ts';
import type { CliIo } from '../io.ts';
import { namedFile } from '../named-file.ts';
import { verifyFile } from './verify.ts';

export async function runKeysCheck(
  snapshot: string,
  flags: { keysFile: string; json: boolean },
  io: CliIo,
): Promise<void> {
  const keysFile = await namedFile('--keys-file', flags.keysFile);
  const facts = await verifyFile(snapshot, io);
  const { shares } = await readShareFile(keysFile);
  const verdict = opens(facts, shares);
  const sentence = verdictSentence(flags.keysFile, verdict);
  if (verdict.result === 'open') {
    const { threshold, foreign } = verdict;
    if (flags.json)
      io.stdout(`${JSON.stringify({ snapshot, open: true, threshold, shares: shares.length, foreign })}\n`);
    else io.stderr(`${sentence}\n`);
    return;
  }
  throw new LifeboatError('keys', `${snapshot} is not opened: ${sentence}`, { hint: HINTS[verdict.result] });
}

const AGE_HINT =
  'use the shares that were valid when the snapshot was taken; after a rekey those are the older ones';

const HINTS = {
  'not-shamir': 'restore it into a server whose seal stanza names that key',
  'too-few': 'put more of the shares into the file',
  wrong: AGE_HINT,
} as const;
