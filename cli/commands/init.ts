/** `lifeboat init`: a commented lifeboat.yaml, from flags, answers, existing values, or a release that runs. */
import { access } from 'node:fs/promises';
import { LifeboatError } from '../../contract/errors.ts';
import { systemWords } from '../../contract/system-words.ts';
import { formatProblem } from '../../generator/config/problem.ts';
import { type Draft, type Wanted, wrongAnswers } from '../../generator/init/draft.ts';
import {
  type AnswerId,
  type Answers,
  answerProblem,
  type Circumstances,
  type Question,
  questionsFor,
} from '../../generator/init/questions.ts';
import { type ReleaseSeen, type ReleaseWanted, seeRelease } from '../../generator/init/see-release.ts';
import { type Settled, settle } from '../../generator/init/settle.ts';
import { type Person, personAt } from '../ask.ts';
import type { CliIo } from '../io.ts';
import { removeFile, writeNewFile } from '../new-file.ts';

export type InitOptions = ReleaseWanted &
  Partial<Record<AnswerId, string>> & {
    readonly store: Circumstances['store'];
    readonly auth: Circumstances['auth'];
    readonly seal?: 'shamir' | 'auto';
    readonly out?: string;
    readonly json: boolean;
  };

/** Whether a person is there, and has something to say that cannot be left out. */
function mayAsk(options: InitOptions, io: CliIo): boolean {
  const circumstances = { store: options.store, auth: options.auth, shamir: true };
  const isOpen = questionsFor(circumstances).some(
    ({ id, required }) => required && options[id] === undefined,
  );
  return io.interactive === true && isOpen;
}

async function fileProblem(file: string): Promise<string | undefined> {
  return access(file).then(
    () => undefined,
    (error: unknown) => systemWords(error),
  );
}

async function valuesFrom(person: Person): Promise<readonly string[]> {
  const text = 'Your values file of the official chart';
  const file = await person.ask({ text, required: false, problem: fileProblem });
  return file === undefined ? [] : [file];
}

async function answersFrom(person: Person, open: readonly Question[], given: Answers): Promise<Answers> {
  const answers: Partial<Record<AnswerId, string>> = { ...given };
  for (const question of open.filter(({ id }) => given[id] === undefined)) {
    const answer = await person.ask({
      ...question,
      problem: async (text) => answerProblem(question, text),
    });
    if (answer !== undefined) answers[question.id] = answer;
  }
  return answers;
}

/** A flag that the file has no use for is told, and not dropped. */
function unusedSecret({ answers, shamir }: Wanted, { withoutRestore }: Settled): readonly string[] {
  const name = answers.unsealSecret;
  if (name === undefined || name === '') return [];
  if (!shamir)
    return [`--unseal-secret ${name} is not used: the server unseals itself, and no shares are needed.`];
  if (withoutRestore.length === 0) return [];
  return [
    `--unseal-secret ${name} is not used: backups alone need no shares. It stands as a comment at restore.unseal, for the day on which a restore fits.`,
  ];
}

function warningsOf(
  { release, valuesFiles, notes }: ReleaseSeen,
  wanted: Wanted,
  settled: Settled,
): readonly string[] {
  const { missing, problems, withoutRestore, warnings } = settled;
  const found = [...notes, ...unusedSecret(wanted, settled), ...warnings];
  if (withoutRestore.length > 0) {
    found.push(
      `a restore does not fit the values yet, so restore.enabled is false; what it takes:\n${withoutRestore.map(formatProblem).join('\n')}`,
    );
  }
  if (problems.length > 0) {
    found.push(`this does not fit together yet:\n${problems.map(formatProblem).join('\n')}`);
  }
  if (valuesFiles.length === 0) {
    found.push(
      `no values file was named (--values): release.values says ${release.values.join(', ')}, which must exist.`,
    );
  }
  if (missing.length > 0) {
    const flags = missing.map(({ flag, path }) => `${flag} (${path})`).join(', ');
    found.push(`still to be filled in, and named by validate until then: ${flags}`);
  }
  return found;
}

interface Answered {
  readonly seen: ReleaseSeen;
  readonly wanted: Wanted;
}

/** Flags are checked before anything is asked; then what is open is asked of a person, if one is there. */
async function answered(options: InitOptions, person: Person | undefined): Promise<Answered> {
  const { store, auth, seal, fromRelease, values } = options;
  const asksValues = person !== undefined && fromRelease === undefined && values === undefined;
  const seen = await seeRelease(asksValues ? { ...options, values: await valuesFrom(person) } : options);
  const circumstances = { store, auth, shamir: (seal ?? seen.seal) === 'shamir' };
  const wanted = {
    ...circumstances,
    answers: options,
    release: seen.release,
    ca: seen.ca,
    tls: seen.tls,
    seal: seen.sealIsSeen ? undefined : seal,
  };
  const wrong = wrongAnswers(wanted);
  if (wrong.length > 0) throw new LifeboatError('usage', wrong.join('; '), { hint: 'lifeboat init --help' });
  if (person === undefined) return { seen, wanted };
  const answers = await answersFrom(person, questionsFor(circumstances), options);
  return { seen, wanted: { ...wanted, answers } };
}

export async function runInit(options: InitOptions, io: CliIo): Promise<void> {
  const person = mayAsk(options, io) ? personAt(io) : undefined;
  const { seen, wanted } = await answered(options, person).finally(() => person?.close());
  const settled = settle(wanted, seen.chart, seen.valuesFiles);
  const warnings = warningsOf(seen, wanted, settled);
  const { out, valuesOut } = options;
  if (valuesOut !== undefined && seen.liveValues !== undefined)
    await writeNewFile(valuesOut, seen.liveValues, '--values-out', 0o600);
  try {
    if (out !== undefined) await writeNewFile(out, settled.text, '-o');
  } catch (error) {
    if (valuesOut !== undefined) await removeFile(valuesOut);
    throw error;
  }
  if (options.json) {
    const missing: readonly Pick<Draft['missing'][number], 'flag' | 'path'>[] = settled.missing.map(
      ({ flag, path }) => ({ flag, path }),
    );
    const text = out === undefined ? { text: settled.text } : { out };
    io.stdout(`${JSON.stringify({ ...text, missing, warnings })}\n`);
    return;
  }
  for (const warning of warnings) io.stderr(`warning: ${warning}\n`);
  if (out === undefined) io.stdout(settled.text);
  else io.stderr(`wrote ${out}; next: lifeboat validate -f ${out}\n`);
}
