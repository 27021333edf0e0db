/** What a lifeboat.yaml cannot do without, and the few things that most people set: each is a flag and a question. */
import { cronProblem } from '../config/cron.ts';
import { allKeysBelow, type SchemaNode } from '../config/schema-keys.ts';
import { PATTERN_WORDS } from '../config/schema-parts.ts';
import type { StoreKind } from './stores.ts';

export type AnswerId =
  | ('name' | 'image' | 'bucket' | 'prefix' | 'region' | 'endpoint' | 'account' | 'container')
  | ('nfs' | 'storeSecret' | 'schedule' | 'unsealSecret' | 'authSecret');

export type Answers = Readonly<Partial<Record<AnswerId, string>>>;

export interface Question {
  readonly id: AnswerId;
  /** As the command line has it. */
  readonly flag: string;
  /** The key of lifeboat.yaml that the answer becomes. */
  readonly path: string;
  /** What a person is asked. */
  readonly text: string;
  readonly required: boolean;
  /** Where nothing is answered. */
  readonly default?: string;
}

function ask(id: AnswerId, path: string, text: string, more: Partial<Question> = {}): Question {
  const flag = `--${id.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return { id, flag, path, text, required: true, ...more };
}

const OPTIONAL = { required: false } as const;

const SECRET = (kind: StoreKind): Question =>
  ask(
    'storeSecret',
    `store.${kind}.secretRef.name`,
    'Secret with the keys of the store; none where pods have an identity',
    OPTIONAL,
  );

const PREFIX = (kind: StoreKind): Question =>
  ask('prefix', `store.${kind}.prefix`, 'Folder in it, if any', OPTIONAL);

const STORE_QUESTIONS: Readonly<Record<StoreKind, readonly Question[]>> = {
  s3: [
    ask('bucket', 'store.s3.bucket', 'Bucket'),
    ask('endpoint', 'store.s3.endpoint', 'URL of the store; none for Amazon S3', OPTIONAL),
    ask('region', 'store.s3.region', 'Region', { ...OPTIONAL, default: 'us-east-1' }),
    PREFIX('s3'),
    SECRET('s3'),
  ],
  gcs: [ask('bucket', 'store.gcs.bucket', 'Bucket'), PREFIX('gcs'), SECRET('gcs')],
  azure: [
    ask('account', 'store.azure.account', 'Storage account'),
    ask('container', 'store.azure.container', 'Container'),
    PREFIX('azure'),
    SECRET('azure'),
  ],
  directory: [ask('nfs', 'store.directory.volume', 'NFS export, as SERVER:/PATH')],
};

export interface Circumstances {
  readonly store: StoreKind;
  readonly auth: 'kubernetes' | 'approle';
  /** Whether shares open the server, so that a Secret may hold them. */
  readonly shamir: boolean;
}

/** In the order in which they are asked. */
export function questionsFor({ store, auth, shamir }: Circumstances): readonly Question[] {
  return [
    ask('name', 'name', 'Name of this Vault, unique in the store'),
    ask('image', 'image.repository', 'Image of lifeboat, as you pushed it'),
    ...STORE_QUESTIONS[store],
    ask('schedule', 'backup.schedule', 'Schedule of the backups', { ...OPTIONAL, default: '0 */12 * * *' }),
    ...(auth === 'approle'
      ? [
          ask(
            'authSecret',
            'backup.auth.approle.secretRef.name',
            'Secret with role_id and secret_id of the backup',
          ),
        ]
      : []),
    ...(shamir
      ? [
          ask(
            'unsealSecret',
            'restore.unseal.secretRef.name',
            'Secret with the unseal shares; none where people hold them',
            OPTIONAL,
          ),
        ]
      : []),
  ];
}

export function schemaNodeAt(path: string): SchemaNode {
  const found = allKeysBelow().find((key) => key.path === path);
  if (found === undefined) throw new Error(`the schema has no ${path}`);
  return found.node;
}

const NFS = /^(?<server>[A-Za-z0-9][A-Za-z0-9.-]*):(?<path>\/[^\s:]*)$/;

/** `nfs.example:/exports/vault` as a volume. */
export function nfsVolume(text: string): object {
  const { server = '', path = '' } = NFS.exec(text)?.groups ?? {};
  return { nfs: { server, path } };
}

/** The parts of `registry.example/lifeboat:1.2@sha256:...`. */
export function imageParts(text: string): { repository: string; tag?: string; digest?: string } {
  const {
    repository = text,
    tag,
    digest,
  } = /^(?<repository>.+?)(?::(?<tag>[^/:@]+))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(text)?.groups ??
  {};
  return { repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** What is wrong with an answer, in a sentence; undefined where it may stand. */
export function answerProblem({ id, path }: Question, answer: string): string | undefined {
  if (id === 'nfs') return NFS.test(answer) ? undefined : 'is not of the form SERVER:/PATH';
  if (id === 'schedule') {
    const problem = cronProblem(answer);
    return problem === undefined ? undefined : `is no schedule: ${problem.message}`;
  }
  const value = id === 'image' ? imageParts(answer).repository : answer;
  const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schemaNodeAt(path);
  if (value.length > maxLength) return `has more than ${maxLength} characters`;
  if (value.length < minLength) return `has less than ${minLength} characters`;
  if (pattern === undefined || new RegExp(pattern).test(value)) return undefined;
  return `is not ${PATTERN_WORDS[pattern] ?? `of the form ${pattern}`}`;
}
