/** What the containers of our image may do on their node, and what stands in their environment. */
import { CONFIG_VARIABLE } from '../../../contract/pod.ts';
import { looksLikeSecretValue, looksLikeSecretVariable } from '../../config/secret-forms.ts';
import type { Container, EnvEntry, PodSpec } from '../manifests.ts';
import { type Policy, podsOfOurs } from './view.ts';

type Context = Readonly<Record<string, unknown>>;

function rights(context: Context): readonly string[] {
  const { capabilities, seccompProfile } = context as {
    capabilities?: { drop?: readonly string[]; add?: readonly string[] };
    seccompProfile?: { type?: string };
  };
  const user = context.runAsUser;
  const wrong: readonly (readonly [boolean, string])[] = [
    [context.runAsNonRoot !== true && !(typeof user === 'number' && user > 0), 'it may run as root'],
    [user === 0, 'it runs as root'],
    [context.privileged === true, 'it is privileged'],
    [context.allowPrivilegeEscalation !== false, 'it may gain privileges'],
    [context.readOnlyRootFilesystem !== true, 'it may write to its image'],
    [capabilities?.drop?.includes('ALL') !== true, 'it keeps capabilities'],
    [(capabilities?.add ?? []).length > 0, 'it is given capabilities'],
    [!['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type ?? ''), 'no seccomp profile holds it'],
  ];
  return wrong.filter(([is]) => is).map(([, what]) => what);
}

/** Kubernetes' profile "restricted", and a read-only root besides. */
export const restrictedContainers: Policy = (view) =>
  podsOfOurs(view).flatMap(({ object, pod, containers, path }) =>
    containers.flatMap((container) =>
      rights({ ...pod.securityContext, ...container.securityContext }).map((what) => ({
        message: `${object}, container ${container.name}: ${what}`,
        path,
        // Without any context the user is the platform's to choose, as on OpenShift.
        level: pod.securityContext === undefined && what === 'it may run as root' ? 'warning' : 'error',
      })),
    ),
  );

export const noHostAccess: Policy = (view) =>
  podsOfOurs(view).flatMap(({ object, pod, path }) => {
    const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => pod[field] === true);
    return shared.map((field) => ({ message: `${object}: ${field} is set`, path }));
  });

/** The texts of the slice, each with its key. */
function textsIn(json: string): readonly (readonly [string, string])[] {
  const texts: [string, string][] = [];
  JSON.parse(json, (key, value: unknown) => {
    if (typeof value === 'string') texts.push([key, value]);
    return value;
  });
  return texts;
}

function holdsSecret({ name, value }: EnvEntry): boolean {
  if (value === undefined) return false;
  if (name !== CONFIG_VARIABLE) return looksLikeSecretVariable(name, value);
  return textsIn(value).some(([, text]) => looksLikeSecretValue(text));
}

const withRestore = ({ initContainers = [] }: PodSpec): readonly Container[] =>
  initContainers.filter(({ name }) => name === 'lifeboat-restore');

/** The restore has the server's environment: what is literal there is literal in the values, and in Git. */
export const noLiteralSecret: Policy = (view) =>
  podsOfOurs(view).flatMap(({ object, pod, containers, path }) =>
    [...containers, ...withRestore(pod)].flatMap(({ name, env = [] }) =>
      env.filter(holdsSecret).map((entry) => ({
        message: `${object}, container ${name}: the variable ${entry.name} holds what looks like a secret`,
        path,
      })),
    ),
  );

/** Volumes of ours in the server's pod, and those of our chart's `mounts` in the backup's. */
const OF_OURS = /^(?:lifeboat-.*|store|store-ca|auth|vault-ca)$/;

export const secretsOptional: Policy = (view) =>
  podsOfOurs(view).flatMap(({ object, pod, path }) =>
    (pod.volumes ?? [])
      .filter(({ name, secret, configMap }) => {
        const source = secret ?? configMap;
        return OF_OURS.test(name) && source !== undefined && source.optional !== true;
      })
      .map(({ name }) => ({
        message: `${object}: the pod waits for the object behind the volume ${name}, instead of saying that it is missing`,
        path,
      })),
  );
