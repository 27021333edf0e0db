/** What `npm run e2e` is told. */
import { parseArgs } from 'node:util';
import { messageOf } from '../../../contract/errors.ts';
import { type ClusterKind, KINDS } from '../cluster/choose-cluster.ts';
import { CannotRun } from '../cluster/cluster.ts';

export const USAGE = `npm run e2e -- [FLAGS]

  -t, --test-name-pattern PATTERN   only scenarios whose name matches
      --list                        which there are, with value and time; runs nothing
      --budget SECONDS              as many as fit, the most valuable for their time first
      --at-once N                   how many run side by side (1)
      --again                       run what failed once more, and say so
      --keep                        leave the cluster up, and what a failed scenario made
      --reuse                       use the node that an earlier run kept, and leave it as it is
      --on given|kind|own-node      not the first that is possible of these, but this one
      --write-table [RESULTS...]    docs/tested.md, out of this run or out of files of results
      --help
`;

export interface Arguments {
  readonly pattern: RegExp | undefined;
  readonly list: boolean;
  readonly seconds: number | undefined;
  readonly atOnce: number;
  readonly again: boolean;
  readonly keep: boolean;
  readonly reuse: boolean;
  readonly on: ClusterKind | undefined;
  readonly writeTable: boolean;
  /** Results of earlier runs: the table is made of them, and nothing is run. */
  readonly resultFiles: readonly string[];
  readonly help: boolean;
}

const NEXT = 'npm run e2e -- --help';

function wholeNumber(flag: string, said: string | undefined): number | undefined {
  if (said === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(said)) throw new CannotRun(`${flag} is ${said}, and not a whole number`, NEXT);
  return Number(said);
}

function regularExpression(said: string | undefined): RegExp | undefined {
  if (said === undefined) return undefined;
  try {
    return new RegExp(said, 'i');
  } catch (error) {
    throw new CannotRun(`-t ${said} is no pattern: ${messageOf(error)}`, NEXT);
  }
}

function clusterKind(said: string | undefined): ClusterKind | undefined {
  const found = KINDS.find((kind) => kind === said);
  if (said !== undefined && found === undefined)
    throw new CannotRun(`--on ${said}: there is ${KINDS.join(', ')}`, NEXT);
  return found;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'test-name-pattern': { type: 'string', short: 't' },
        list: { type: 'boolean', default: false },
        budget: { type: 'string' },
        'at-once': { type: 'string' },
        again: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        reuse: { type: 'boolean', default: false },
        on: { type: 'string' },
        'write-table': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const [first = ''] = messageOf(error).split(/\. |\n/);
    throw new CannotRun(first, NEXT);
  }
}

export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parsed(args);
  const { list, again, keep, reuse, help, 'write-table': writeTable } = values;
  if (positionals.length > 0 && !writeTable)
    throw new CannotRun(`${positionals.join(' ')}: names of files belong to --write-table`, NEXT);
  if (writeTable && positionals.length === 0 && values['test-name-pattern'] !== undefined)
    throw new CannotRun(
      'the table is made of a whole run, and -t is a part of one',
      'leave -t out, or give --write-table the results of all parts',
    );
  return {
    pattern: regularExpression(values['test-name-pattern']),
    list,
    seconds: wholeNumber('--budget', values.budget),
    atOnce: wholeNumber('--at-once', values['at-once']) ?? 1,
    again,
    keep,
    reuse,
    on: clusterKind(values.on),
    writeTable,
    resultFiles: positionals,
    help,
  };
}
