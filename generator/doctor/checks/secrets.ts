/** Is each Secret and ConfigMap there that the pods read, with its keys? What is in them is nobody's business here. */
import { type Answer, finding, ok } from '../../../contract/doctor.ts';
import type { NeededObject } from '../../plan/needed-objects.ts';
import { createCommand } from '../../render/runbook-commands.ts';
import type { Expected } from '../expected.ts';
import type { LiveFacts } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';

const KINDS = { secret: 'Secret', configmap: 'ConfigMap' } as const;

/** What a pod misses in it, in words. The shares may be in entries of any name; of a user's own volume nobody knows the keys. */
function lacking({ purpose, keys }: NeededObject, there: readonly string[]): string | undefined {
  if (purpose.includes('the unseal shares')) return there.length === 0 ? 'is empty' : undefined;
  const missing = keys.filter((key) => !there.includes(key));
  return missing.length === 0 ? undefined : `lacks ${missing.join(', ')}`;
}

export function secretsAnswers(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { commands } = expected;
  const check = 'secrets';
  const found = live.needed.flatMap(({ object, keys }) => {
    const { kind, name, namespace, purpose } = object;
    const what = `the ${KINDS[kind]} ${namespace}/${name} (${purpose})`;
    const create = commands.kubectl(createCommand(object).replace(/^kubectl /, ''));
    return withSeen(
      keys,
      { check, what, right: `get ${kind}s -n ${namespace}` },
      expected,
      (there) => {
        const lacks = lacking(object, there);
        if (lacks === undefined) return [];
        const replace = `${create} --dry-run=client -o yaml | ${commands.kubectl('apply -f -')}`;
        return [finding(check, `${what} ${lacks}`, replace)];
      },
      () => [finding(check, `${what} is not there`, create)],
    );
  });
  if (found.length > 0) return found;
  return [ok(check, `all ${live.needed.length} are there, with their keys`)];
}
