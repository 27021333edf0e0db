/** The user's hook and containers beside the server: none may do lifeboat's work, and none may take the server's ports. */
import type { Problem } from '../config/problem.ts';
import type { Checked } from './checked.ts';
import { doingOf, isUnsealer } from './commands.ts';
import { isMap, listAt, printed, type Values } from './values.ts';

/** The server's own, in every version of both charts. Until it runs, lifeboat may listen there. */
const SERVER_PORTS = [8200, 8201];

interface Beside {
  readonly path: string;
  readonly name: string;
  readonly image: string;
  readonly words: readonly string[];
  readonly container: Values;
}

function containersIn({ user }: Checked, list: string): readonly Beside[] {
  return listAt(user.effective, list).flatMap((container, index) => {
    if (!isMap(container)) return [];
    const words = [...listAt(container, 'command'), ...listAt(container, 'args')].map(printed);
    const [name, image] = [printed(container.name), printed(container.image)];
    return [{ path: `${list}.${index}`, name, image, words, container }];
  });
}

/** Those that run while the server runs; an init container does so only as a sidecar. */
function sidecars(checked: Checked): readonly Beside[] {
  const inits = containersIn(checked, 'server.extraInitContainers');
  return [
    ...containersIn(checked, 'server.extraContainers'),
    ...inits.filter(({ container }) => container.restartPolicy === 'Always'),
  ];
}

const TAKES_OVER = 'initialises, unseals or restores the server, and lifeboat does that';

export function containerProblems(checked: Checked): readonly Problem[] {
  const { facts, user } = checked;
  const problems: Problem[] = [];
  if (doingOf(facts.own.postStart) === 'takes over') {
    problems.push(
      user.problem('server.postStart', `this hook ${TAKES_OVER}`, 'Remove it from server.postStart.'),
    );
  }
  for (const { path, name, words, container } of sidecars(checked)) {
    if (doingOf(words) === 'takes over') {
      problems.push(user.problem(path, `the container ${name} ${TAKES_OVER}`, 'Remove it.'));
    }
    const ports = listAt(container, 'ports')
      .filter(isMap)
      .map(({ containerPort }) => Number(containerPort));
    const taken = SERVER_PORTS.find((port) => ports.includes(port));
    if (taken !== undefined) {
      problems.push(
        user.problem(
          path,
          `the container ${name} listens on ${taken}, the server's own port: the containers of a pod share their ports`,
          'Give it another port.',
        ),
      );
    }
  }
  return problems;
}

export function containerWarnings(checked: Checked): readonly string[] {
  const found: string[] = [];
  if (doingOf(checked.facts.own.postStart) === 'unseen') {
    found.push(
      'server.postStart: what your hook runs cannot be seen here. It must neither initialise nor unseal nor restore the server; lifeboat does that.',
    );
  }
  for (const { path, name, image } of sidecars(checked)) {
    if (isUnsealer(image)) {
      found.push(
        `${path}: the image of the container ${name} looks like one that initialises or unseals a server (${image}); lifeboat does that, and an initialised empty server is never restored.`,
      );
    }
  }
  return found;
}
