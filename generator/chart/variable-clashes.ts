/** Variables of the user's that lifeboat needs for itself, or that the server gets twice. */
import type { Problem } from '../config/problem.ts';
import type { Checked } from './checked.ts';
import { isMap, listAt, mapAt, printed } from './values.ts';

const PREFIX = 'LIFEBOAT_';

interface Variable {
  readonly path: readonly (string | number)[];
  readonly name: string;
}

/** As the chart names them: `a.b` is A_B. */
function variables({ user }: Checked): readonly Variable[] {
  const literal = Object.keys(mapAt(user.effective, 'server.extraEnvironmentVars')).map((key) => ({
    path: ['server', 'extraEnvironmentVars', key],
    name: key.replaceAll('.', '_').toUpperCase(),
  }));
  const secret = listAt(user.effective, 'server.extraSecretEnvironmentVars').flatMap((entry, index) =>
    isMap(entry)
      ? [{ path: ['server', 'extraSecretEnvironmentVars', index], name: printed(entry.envName) }]
      : [],
  );
  return [...literal, ...secret];
}

export function variableClashes(checked: Checked): readonly Problem[] {
  return variables(checked)
    .filter(({ name }) => name.startsWith(PREFIX))
    .map(({ path, name }) =>
      checked.user.problem(
        path,
        `the variable ${name} is taken: names that begin with ${PREFIX} are lifeboat's`,
        'Use another name.',
      ),
    );
}

/** Of two variables of a name the later one counts, and some ways of applying the pod refuse both. */
export function variableWarnings(checked: Checked): readonly string[] {
  const names = variables(checked).map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return twice.map(
    (name) =>
      `server: your values give the server the variable ${name} twice (server.extraEnvironmentVars, server.extraSecretEnvironmentVars); of the two the one counts that the chart renders last.`,
  );
}
