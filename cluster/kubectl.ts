/**
 * Asks the API of a cluster through the user's own kubectl: it knows the kubeconfig and every way to log in. `askApi`
 * calls `kubectl get --raw` alone: nothing can be written, and no kind has to be discovered first.
 */
import { execa } from 'execa';
import { LifeboatError } from '../contract/errors.ts';
import { type ClusterTarget, kubectlFlags } from './target.ts';
import { clusterTrouble } from './trouble.ts';

const SECONDS = 60;

/**
 * What the API said: its text; that there is no such object; or that it could not be seen, and why. A person may have
 * few rights: what cannot be seen is told, it does not end the command.
 */
export type ApiAnswer =
  | { readonly seen: 'text'; readonly text: string }
  | { readonly seen: 'absent' }
  | { readonly seen: 'hidden'; readonly why: string };

export function kubectlProgram(): string {
  return process.env.KUBECTL_BIN || 'kubectl';
}

/** A path of the API, such as `/api/v1/namespaces/vault/pods`. Throws a LifeboatError where the cluster does not answer. */
export function askApi(path: string, target: ClusterTarget): Promise<ApiAnswer> {
  return callKubectl(['get', '--raw', path], target);
}

/** Any call of kubectl, with what it reads on standard input. Throws a LifeboatError where the cluster does not answer. */
export async function callKubectl(
  words: readonly string[],
  target: ClusterTarget,
  input?: string,
): Promise<ApiAnswer> {
  const program = kubectlProgram();
  const result = await execa(program, [...words, ...kubectlFlags(target)], {
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    reject: false,
    timeout: SECONDS * 1000,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.timedOut) {
    throw new LifeboatError('tool', `kubectl did not end within ${SECONDS} seconds`, {
      hint: 'See whether kubectl cluster-info answers.',
    });
  }
  if (result.exitCode === undefined) {
    throw new LifeboatError('tool', `kubectl is needed here, and there is no ${program}`, {
      hint: 'Install kubectl so that `kubectl version` answers, or name its binary in KUBECTL_BIN.',
      cause: result.cause,
    });
  }
  if (result.exitCode === 0) return { seen: 'text', text: result.stdout };
  return refusal(result.stderr);
}

function refusal(words: string): ApiAnswer {
  // The API's own answers begin so; everything else never reached it.
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  const last = (lines.at(-1) ?? 'it ended without a word').replace(/^error: /i, '');
  if (/^Error from server \(NotFound\)/.test(last)) return { seen: 'absent' };
  const trouble = clusterTrouble(last);
  if (trouble?.kind === 'forbidden')
    return { seen: 'hidden', why: last.replace(/^Error from server \(Forbidden\): /, '') };
  if (trouble !== undefined)
    throw new LifeboatError('tool', `${trouble.message} (kubectl: ${last})`, { hint: trouble.hint });
  if (/^Error from server/.test(last)) return { seen: 'hidden', why: last };
  throw new LifeboatError('tool', `kubectl failed: ${last}`, {
    hint: 'See whether kubectl cluster-info answers.',
  });
}
