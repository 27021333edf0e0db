/** Says a verdict on shares in words, for messages and `lifeboat keys check`. */
import type { KeysVerdict } from './check.ts';

function numbers(list: readonly number[]): string {
  const last = list.at(-1);
  return list.length < 2 ? `${last}` : `${list.slice(0, -1).join(', ')} and ${last}`;
}

const shares = (count: number) => `${count} ${count === 1 ? 'share' : 'shares'}`;

/** `set`: the name of the set of shares. One plain sentence without its full stop. */
export function verdictSentence(set: string, verdict: KeysVerdict): string {
  switch (verdict.result) {
    case 'open': {
      const { threshold, foreign } = verdict;
      const but =
        foreign.length === 0
          ? ''
          : `; number ${numbers(foreign)} of them ${foreign.length === 1 ? 'does' : 'do'} not belong to this snapshot`;
      return `${set} opens the snapshot with ${shares(threshold)}${but}`;
    }
    case 'too-few':
      return `${set} holds ${shares(verdict.given)}, but the snapshot needs ${verdict.threshold}`;
    case 'not-shamir':
      return `no shares open this snapshot: it is sealed by the key ${verdict.keyId || '(without a name)'} of a key service`;
    case 'wrong': {
      if (!verdict.exhaustive)
        return `${set} holds ${shares(verdict.given)}, too many to try all their combinations, and none tried opens the snapshot`;
      const or = verdict.enough ? '' : ', or are fewer than its threshold, which is not known here';
      return `the ${shares(verdict.given)} of ${set} belong to another Vault or another time${or}`;
    }
  }
}
