/**
 * A container's last words, which Kubernetes keeps in the pod's status: one JSON line of the form of its log. Who may
 * read pods knows by it how a backup or restore ended, without the right to read logs. Nothing secret is in a log line.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { TERMINATION_MESSAGE } from '../contract/pod.ts';
import type { Word } from '../contract/pod-states.ts';

/** Kubernetes takes 4096 bytes of each container, and 12 KiB of a pod. */
const LARGEST = 3072;

export function terminationText({ fields, ...word }: Word): string {
  const text = JSON.stringify({ ...word, ...fields });
  if (Buffer.byteLength(text) <= LARGEST) return text;
  const cut = (sentence: string): string =>
    sentence.length > 400 ? `${sentence.slice(0, 400)}...` : sentence;
  const { next, message, ...rest } = word;
  return JSON.stringify({
    ...rest,
    message: cut(message),
    ...(next === undefined ? {} : { next: cut(next) }),
  });
}

/** The file is never made: it is Kubernetes's, and outside of a pod there is none. */
export function leaveLastWord(word: Word, file: string = TERMINATION_MESSAGE): void {
  try {
    const handle = openSync(file, constants.O_WRONLY | constants.O_TRUNC);
    writeSync(handle, terminationText(word));
    closeSync(handle);
  } catch {
    // The log has said it already.
  }
}
