/** What RUNBOOK.md says of the Secrets: how they come into being, and how they come back, in the way that `secrets` asks for. */
import type { Values } from '../chart/values.ts';
import type { SecretSource } from '../config/config.ts';
import { isLogin, namedSecrets } from '../plan/named-secrets.ts';
import { type NeededObject, neededObjects } from '../plan/needed-objects.ts';
import type { Plan } from '../plan/plan.ts';
import { EXTERNAL_SECRETS_FILE, remoteKey } from './external-secrets.ts';
import { createCommand } from './runbook-commands.ts';
import { SEAL_FILE } from './sealed-secrets.ts';
import { shellQuote } from './text.ts';

/** All that is printed of `kubectl get -o yaml`, and applied again. */
export function fileOf({ namespace, kind, name }: NeededObject): string {
  return `${namespace}-${kind}-${name}.yaml`;
}

export interface SecretCommands {
  /** Before the server starts. */
  readonly create: readonly string[];
  /** Once there are shares. */
  readonly createShares: readonly string[];
  /** On the day everything is gone. */
  readonly bringBack: readonly string[];
  /** Those that nothing but a copy of their own brings back. */
  readonly saved: readonly NeededObject[];
  /** What must survive besides, one sentence each. */
  readonly survive: readonly string[];
}

/** How one way makes the Secrets that lifeboat.yaml names. */
interface Way {
  readonly create: (secrets: readonly NeededObject[]) => readonly string[];
  readonly createShares: (shares: NeededObject) => readonly string[];
  readonly bringBack: (secrets: readonly NeededObject[]) => readonly string[];
  readonly survive: readonly string[];
}

function waitFor({ name, namespace }: NeededObject): string {
  return `kubectl wait --for=condition=Ready externalsecret/${shellQuote(name)} -n ${shellQuote(namespace)} --timeout=5m`;
}

function externalWay(source: Extract<SecretSource, { externalSecrets: unknown }>['externalSecrets']): Way {
  const { kind, name } = source.store;
  const apply = `kubectl apply -f "$OUT/${EXTERNAL_SECRETS_FILE}"`;
  return {
    create: (secrets) => [apply, ...secrets.map(waitFor)],
    createShares: (shares) => [
      `# First put the shares into the store: ${remoteKey(source, shares)}, as {"shares": "..."}.`,
      `kubectl annotate externalsecret ${shellQuote(shares.name)} -n ${shellQuote(shares.namespace)} --overwrite force-sync="$(date +%s)"`,
      waitFor(shares),
    ],
    bringBack: (secrets) => [apply, ...secrets.map(waitFor)],
    survive: [
      `What stands behind the ${kind} \`${name}\` of the External Secrets Operator, and the operator's login there.`,
    ],
  };
}

function sealedWay({
  controllerNamespace,
  controllerName,
}: Extract<SecretSource, { sealedSecrets: unknown }>['sealedSecrets']): Way {
  const namespace = shellQuote(controllerNamespace);
  const seal = [
    `sh "$OUT/${SEAL_FILE}" FOLDER > sealed-secrets.yaml    # its head says which files it takes`,
    'kubectl apply -f sealed-secrets.yaml',
  ];
  const keys = `kubectl get secret -n ${namespace} -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml > sealing-keys.yaml`;
  return {
    create: () => seal,
    createShares: () => seal,
    bringBack: () => [
      '# Before the controller starts; one that runs already reads them after a restart.',
      'kubectl apply -f sealing-keys.yaml',
      `kubectl rollout restart deployment ${shellQuote(controllerName)} -n ${namespace}`,
      'kubectl apply -f sealed-secrets.yaml',
    ],
    survive: [
      `sealed-secrets.yaml, and the keys of the controller that alone open it, copied again after each renewal: \`${keys}\``,
    ],
  };
}

function wayOf(source: SecretSource | undefined): Way | undefined {
  if (source === undefined) return undefined;
  return 'externalSecrets' in source ? externalWay(source.externalSecrets) : sealedWay(source.sealedSecrets);
}

export function secretCommands(plan: Plan, own: Values): SecretCommands {
  const { config, facts } = plan;
  const { unseal, enabled } = config.restore;
  const objects = neededObjects(config, own, facts);
  const isShares = ({ kind, name, namespace }: NeededObject): boolean =>
    enabled &&
    'secret' in unseal &&
    kind === 'secret' &&
    name === unseal.secret &&
    namespace === config.release.namespace;
  const idOf = ({ kind, namespace, name }: NeededObject): string => `${kind}/${namespace}/${name}`;
  const way = wayOf(config.secrets);
  const named = way === undefined ? [] : namedSecrets(config, own, facts);
  const ids = new Set(named.map(idOf));
  const saved = objects.filter((object) => !ids.has(idOf(object)));
  // auth-setup.sh makes the login's own Secret, and of a new server the shares exist after its init alone.
  const early = (object: NeededObject): boolean => !isLogin(object, config) && !isShares(object);
  const sharesOf = (list: readonly NeededObject[]) => list.filter(isShares);
  const withWay = way !== undefined && named.length > 0;
  return {
    create: [...saved.filter(early).map(createCommand), ...(withWay ? way.create(named.filter(early)) : [])],
    createShares: [
      ...sharesOf(saved).map(createCommand),
      ...(withWay ? sharesOf(named).flatMap(way.createShares) : []),
    ],
    bringBack: [
      ...saved.map((object) => `kubectl apply -f ${shellQuote(fileOf(object))}`),
      ...(withWay ? way.bringBack(named) : []),
    ],
    saved,
    survive: withWay ? way.survive : [],
  };
}
