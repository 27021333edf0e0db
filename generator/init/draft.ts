/** From answers to the data of a lifeboat.yaml. What was not answered stands there as <...>, which validate refuses. */
import type { Values } from '../chart/values.ts';
import {
  type Answers,
  answerProblem,
  type Circumstances,
  imageParts,
  nfsVolume,
  type Question,
  questionsFor,
  schemaNodeAt,
} from './questions.ts';

export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly chartVersion: string;
  readonly values: readonly string[];
}

export interface Wanted extends Circumstances {
  readonly release: Release;
  readonly answers: Answers;
  /** Whether the server speaks TLS. */
  readonly tls?: boolean;
  /** `vault.tls.ca` */
  readonly ca?: Values | undefined;
  /** `vault.seal`, only where the values cannot tell. */
  readonly seal?: 'shamir' | 'auto' | undefined;
}

export interface Draft {
  readonly data: Values;
  /** What is still to be filled in. */
  readonly missing: readonly Question[];
}

/** A map with one more value at a dotted path. */
export function withValue(data: Values, path: string, value: unknown): Values {
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...data, [key]: value };
  return { ...data, [key]: withValue((data[key] ?? {}) as Values, rest.join('.'), value) };
}

function placed(data: Values, { id, path }: Question, answer: string): Values {
  if (id === 'image') return { ...data, image: imageParts(answer) };
  return withValue(data, path, id === 'nfs' ? nfsVolume(answer) : answer);
}

function placeholder({ flag }: Question): string {
  return `<${flag.slice(2)}>`;
}

/** `example` puts what the schema has as examples in the place of what is missing, so that the rest can be checked. */
export function draftOf(wanted: Wanted, options: { readonly example: boolean }): Draft {
  const { answers, release, auth, ca, seal } = wanted;
  const missing: Question[] = [];
  let data: Values = {
    version: 1,
    release,
    store: { retention: { keepLast: 14 } },
    ...(ca === undefined && seal === undefined
      ? {}
      : { vault: { ...(seal === undefined ? {} : { seal }), ...(ca === undefined ? {} : { tls: { ca } }) } }),
    backup: auth === 'kubernetes' ? { auth: { kubernetes: {} } } : {},
    restore: {
      whenNoSnapshot: 'install',
      ...(wanted.shamir && (answers.unsealSecret ?? '') === '' ? { unseal: { manual: {} } } : {}),
    },
  };
  for (const question of questionsFor(wanted)) {
    const answer = answers[question.id] ?? question.default;
    if (answer !== undefined && answer !== '') {
      data = placed(data, question, answer);
    } else if (question.required) {
      missing.push(question);
      const example: unknown = schemaNodeAt(question.path).examples?.[0] ?? 'example';
      data = withValue(data, question.path, options.example ? example : placeholder(question));
    }
  }
  return { data, missing };
}

/** The answers that may not stand, by their flags. */
export function wrongAnswers(wanted: Wanted): readonly string[] {
  return questionsFor(wanted).flatMap((question) => {
    const answer = wanted.answers[question.id];
    const problem = answer === undefined ? undefined : answerProblem(question, answer);
    return problem === undefined ? [] : [`${question.flag} ${answer} ${problem}`];
  });
}
