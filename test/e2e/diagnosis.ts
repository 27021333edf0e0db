/** What `lifeboat doctor --run-job` says of a release. */
import assert from 'node:assert/strict';
import type { Answer, CheckName } from '../../contract/doctor.ts';
import { eventually } from './kubernetes.ts';
import type { Release } from './release.ts';

export interface Diagnosed {
  readonly code: number;
  /** The checks that found something, in their order, each once. */
  readonly findings: readonly CheckName[];
  readonly said: string;
  of(check: CheckName): Answer;
}

export async function diagnosed(
  release: Release,
  flags: readonly string[] = ['--run-job'],
): Promise<Diagnosed> {
  const asked = ['doctor', '-f', 'lifeboat.yaml', '-o', 'out', '--json', ...flags];
  const { code, said } = await release.tryLifeboat(asked);
  let answers: readonly Answer[] = [];
  try {
    const [cluster] = (JSON.parse(said) as { clusters: readonly { answers: readonly Answer[] }[] }).clusters;
    answers = cluster?.answers ?? [];
  } catch {
    assert.fail(`no diagnosis (${code}): ${said}`);
  }
  const found = answers.filter(({ result }) => result === 'finding').map(({ check }) => check);
  return {
    code,
    said,
    findings: [...new Set(found)],
    of(check) {
      const own = answers.filter((one) => one.check === check);
      return own.find(({ result }) => result === 'finding') ?? own[0] ?? assert.fail(`no ${check}: ${said}`);
    },
  };
}

/** Nothing is found, and nothing was left unseen. The cluster notes the end of a backup a little after its log does. */
export async function isWell(release: Release): Promise<void> {
  await eventually('a diagnosis without a finding', async () => {
    const { code, said } = await diagnosed(release);
    return code === 0 ? { answer: undefined } : { seen: said };
  });
}
