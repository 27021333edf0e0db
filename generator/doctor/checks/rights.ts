/** Is rbac.yaml applied, and may the server ask the API server about the tokens that log in? */
import { type Answer, finding, ok } from '../../../contract/doctor.ts';
import { missingIn } from '../contained.ts';
import type { Expected } from '../expected.ts';
import type { LiveFacts } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';

/** What the official charts bind the server's service account to. */
const DELEGATOR = 'system:auth-delegator';

const PLURALS: Readonly<Record<string, string>> = {
  Role: 'roles.rbac.authorization.k8s.io',
  RoleBinding: 'rolebindings.rbac.authorization.k8s.io',
  ClusterRole: 'clusterroles.rbac.authorization.k8s.io',
  ClusterRoleBinding: 'clusterrolebindings.rbac.authorization.k8s.io',
};

function ofFile(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { commands } = expected;
  const check = 'rights';
  return live.rights.flatMap(({ wanted, live: seen }) => {
    const { name, namespace } = wanted.metadata;
    const what = `the ${wanted.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
    const where = namespace === undefined ? '' : ` -n ${namespace}`;
    const right = `get ${PLURALS[wanted.kind] ?? wanted.kind} ${where}`.trim().replaceAll('  ', ' ');
    const { kind: _kind, metadata: _metadata, ...content } = wanted;
    return withSeen(
      seen,
      { check, what, right },
      expected,
      (found) => {
        const parts = Object.fromEntries(Object.entries(content).filter(([key]) => key !== 'apiVersion'));
        const off = missingIn(parts, found);
        return off === undefined
          ? []
          : [
              finding(
                check,
                `${what} is not that of rbac.yaml: it differs at ${off.path.slice(1)}`,
                commands.rights,
              ),
            ];
      },
      () => [finding(check, `${what} of rbac.yaml is not there`, commands.rights)],
    );
  });
}

function ofReviews(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { plan, commands } = expected;
  if (live.bindings === undefined) return [];
  const { account } = plan.facts;
  const { namespace } = plan.config.release;
  const check = 'rights';
  const looked = {
    check,
    what: 'who may have tokens reviewed',
    right: 'list clusterrolebindings.rbac.authorization.k8s.io',
  } as const;
  return withSeen(live.bindings, looked, expected, (bindings) => {
    const bound = bindings.some(
      ({ roleRef, subjects = [] }) =>
        roleRef.name === DELEGATOR &&
        subjects.some(
          (one) => one.kind === 'ServiceAccount' && one.name === account.name && one.namespace === namespace,
        ),
    );
    if (bound) return [];
    return [
      finding(
        check,
        `the server's service account ${namespace}/${account.name} is not bound to ${DELEGATOR}: it cannot have the backup's token reviewed, unless its auth method has a reviewer's token`,
        `set server.authDelegator.enabled: true in your values; or ${commands.kubectl(`create clusterrolebinding ${namespace}-${account.name}-reviews --clusterrole=${DELEGATOR} --serviceaccount=${namespace}:${account.name}`)}`,
      ),
    ];
  });
}

export function rightsAnswers(expected: Expected, live: LiveFacts): readonly Answer[] {
  const found = [...ofFile(expected, live), ...ofReviews(expected, live)];
  if (found.length > 0) return found;
  const reviews = live.bindings === undefined ? '' : '; the server may have tokens reviewed';
  const applied = live.rights.length === 0 ? 'no rights of ours are needed' : 'rbac.yaml is applied';
  return [ok('rights', `${applied}${reviews}`)];
}
