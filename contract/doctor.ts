/**
 * What `lifeboat doctor` asks: one table for the command, its documentation, and `lifeboat backup --check`, which asks
 * from inside the cluster what only the backup's own pod can see.
 */

export const CHECKS = {
  release: {
    from: 'outside',
    asks: "The official chart's StatefulSet is there, and of the chart version that lifeboat.yaml names.",
  },
  values: {
    from: 'outside',
    asks: 'Everything of vault-values.yaml is in the live StatefulSet: no later values file or `--set` replaced a list.',
  },
  overlay: {
    from: 'outside',
    asks: 'What is live, and what is in the folder of `-o`, is what lifeboat.yaml renders now.',
  },
  versions: {
    from: 'both',
    asks: "The init container `lifeboat-restore` has the server's image, and the server is not older than the newest snapshot's.",
  },
  image: {
    from: 'outside',
    asks: 'The image of lifeboat is the rendered one, and the nodes can pull every image of the pods.',
  },
  'retry-join': {
    from: 'outside',
    asks: 'With several replicas, a `retry_join` of the live configuration leads to each of them.',
  },
  rights: {
    from: 'outside',
    asks: 'rbac.yaml is applied, and the server may have tokens reviewed where the backup logs in by `kubernetes`.',
  },
  secrets: { from: 'outside', asks: 'Each Secret and ConfigMap that the pods need is there, with its keys.' },
  cronjob: { from: 'outside', asks: 'The CronJob of the backup is there, as rendered, and not suspended.' },
  'last-backup': { from: 'outside', asks: 'The last backup that was due has succeeded.' },
  server: {
    from: 'inside',
    asks: "The backup's pod reaches the server, and it is initialised and unsealed.",
  },
  role: {
    from: 'inside',
    asks: 'The backup logs in: auth method, role, account, namespace and audience fit.',
  },
  policy: { from: 'inside', asks: "The backup's token may take a snapshot, and nothing that would hurt." },
  bucket: {
    from: 'inside',
    asks: 'The store can be listed and written to, and its newest snapshot is of this very Vault.',
  },
  clock: { from: 'inside', asks: 'The clocks of the pod, the server, the store and this machine agree.' },
  seal: {
    from: 'inside',
    asks: 'The seal in the configuration is that of the live server and of the newest snapshot.',
  },
} as const satisfies Readonly<
  Record<string, { readonly from: 'outside' | 'inside' | 'both'; readonly asks: string }>
>;

export type CheckName = keyof typeof CHECKS;

export interface Answer {
  readonly check: CheckName;
  /** `unknown`: it could not be seen, and the sentence says which right or access is missing. It is never taken for ok. */
  readonly result: 'ok' | 'finding' | 'unknown';
  /** What was seen, in one sentence. */
  readonly seen: string;
  /** The command that mends it, or what to change. */
  readonly fix?: string;
}

export function ok(check: CheckName, seen: string): Answer {
  return { check, result: 'ok', seen };
}

export function finding(check: CheckName, seen: string, fix: string): Answer {
  return { check, result: 'finding', seen, fix };
}

export function unknown(check: CheckName, seen: string, fix: string): Answer {
  return { check, result: 'unknown', seen, fix };
}

/** What the pod saw, for those who know the configuration and can compare. */
export interface InsideFacts {
  /** The pod's clock. */
  readonly time: string;
  readonly server?: { readonly version: string; readonly seal: string; readonly clusterId?: string };
  readonly snapshot?: { readonly key: string; readonly version: string; readonly seal: string };
}

export interface InsideReport {
  readonly answers: readonly Answer[];
  readonly facts: InsideFacts;
}

const MARK = '{"backupCheck":1,';

/** One line, to be found again in a pod's log between lines for people. */
export function reportLine(report: InsideReport): string {
  return `${MARK}${JSON.stringify(report).slice(1)}`;
}

/** Undefined where the log has no report: the program did not come so far, or is another version's. */
export function readReport(log: string): InsideReport | undefined {
  const line = log.split('\n').findLast((one) => one.startsWith(MARK));
  try {
    return line === undefined ? undefined : (JSON.parse(line) as InsideReport);
  } catch {
    return undefined;
  }
}

/** How a person calls setup-auth; the files are named anew where their names are known. */
export const DEFAULT_INPUT = '-f lifeboat.yaml';
export const SETUP_AUTH = `lifeboat setup-auth ${DEFAULT_INPUT}`;
