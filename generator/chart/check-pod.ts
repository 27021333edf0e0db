/** Whether the pod as the user shaped it lets a restore happen, and holds no secret in plain text. */
import type { Problem } from '../config/problem.ts';
import { looksLikeSecretVariable } from '../config/secret-forms.ts';
import { containerProblems } from './check-containers.ts';
import { probeProblems } from './check-probe.ts';
import type { Checked } from './checked.ts';
import { isAmbiguousNumber } from './server-env.ts';
import { serverIdentity } from './server-identity.ts';
import { takesLines } from './service-account.ts';
import { isMap, isSet, mapAt, printed, valueAt } from './values.ts';

export function podProblems(checked: Checked): readonly Problem[] {
  const { user } = checked;
  const values = user.effective;
  const problems: Problem[] = [...probeProblems(checked), ...containerProblems(checked)];
  if (isSet(values, 'server.shareProcessNamespace')) {
    problems.push(
      user.problem(
        'server.shareProcessNamespace',
        'with a shared process namespace the log of the worker would vanish, and its signals would meet the wrong process',
        'Set server.shareProcessNamespace: false.',
      ),
    );
  }
  for (const list of [
    'extraInitContainers',
    'volumes',
    'volumeMounts',
    'postStart',
    'extraSecretEnvironmentVars',
    'extraVolumes',
    'extraContainers',
  ]) {
    const value = valueAt(values, `server.${list}`);
    if (value !== undefined && value !== null && !Array.isArray(value)) {
      problems.push(user.problem(`server.${list}`, `server.${list} must be a list`));
    }
  }
  const context = valueAt(values, 'server.statefulSet.securityContext.container');
  if (typeof context === 'string' && context !== '') {
    problems.push(
      user.problem(
        'server.statefulSet.securityContext.container',
        'the security context is text, and lifeboat gives the same one to its own container',
        'Write it as a map.',
      ),
    );
  }
  return [...problems, ...annotationProblems(checked)];
}

/** Text can be added to only where it is lines. */
function annotationProblems({ config, facts, user }: Checked): readonly Problem[] {
  const { annotations } = facts.account;
  const { annotations: added } = serverIdentity(config, facts.account);
  if (typeof annotations !== 'string' || takesLines(annotations) || Object.keys(added).length === 0)
    return [];
  return [
    user.problem(
      'server.serviceAccount.annotations',
      `these annotations are text in braces, to which ${Object.keys(added).join(', ')} cannot be added`,
      'Write them as a map, or one a line.',
    ),
  ];
}

export function environmentProblems({ user }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(mapAt(user.effective, 'server.extraEnvironmentVars'))) {
    const path = ['server', 'extraEnvironmentVars', name];
    if (isMap(value) || Array.isArray(value)) {
      problems.push(user.problem(path, `${name} must be text`));
    } else if (isAmbiguousNumber(value)) {
      problems.push(
        user.problem(
          path,
          `the chart would print this number in another form`,
          `Put it into quotes: "${printed(value)}".`,
        ),
      );
    } else if (looksLikeSecretVariable(name, printed(value))) {
      // The line is not shown: it holds the secret.
      const { source: _line, ...problem } = user.problem(
        path,
        `${name} looks like a secret and is written as plain text`,
        `Put it into a Secret: server.extraSecretEnvironmentVars: [{envName: ${name}, secretName: ..., secretKey: ${name}}].`,
      );
      problems.push(problem);
    }
  }
  return problems;
}
