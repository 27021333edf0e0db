/** Commands of RUNBOOK.md that look into a directory store: its volume is on no workstation, so a pod mounts it. */
import { stringify } from 'yaml';
import type { DirectoryStore } from '../config/config.ts';
import type { Plan } from '../plan/plan.ts';
import { shellQuote } from './text.ts';

const STORE_POD = 'lifeboat-store';

/** Mounts the volume as the server does. */
function mountDirectory(plan: Plan, { path, volume }: DirectoryStore): readonly string[] {
  const { namespace } = plan.config.release;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: STORE_POD, namespace },
    spec: {
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, runAsUser: 100, runAsGroup: 1000, fsGroup: 1000 },
      containers: [
        {
          name: 'store',
          image: plan.facts.image,
          command: ['sleep', '86400'],
          volumeMounts: [{ name: 'store', mountPath: path, readOnly: true }],
        },
      ],
      volumes: [{ name: 'store', ...volume }],
    },
  };
  return [
    "kubectl apply -f - <<'END'",
    ...stringify(pod, { lineWidth: 0 }).trimEnd().split('\n'),
    'END',
    `kubectl wait --for=condition=Ready pod/${STORE_POD} -n ${shellQuote(namespace)} --timeout=5m`,
  ];
}

function inStorePod({ config }: Plan, command: string): string {
  return `kubectl exec ${STORE_POD} -n ${shellQuote(config.release.namespace)} -- ${command}`;
}

export function listDirectory(plan: Plan, store: DirectoryStore, folder: string): readonly string[] {
  return [
    ...mountDirectory(plan, store),
    inStorePod(plan, `ls -l ${shellQuote(`${folder}/snapshots`)}`),
    inStorePod(plan, `cat ${shellQuote(`${folder}/latest.json`)}    # names the newest snapshot`),
    `kubectl delete pod ${STORE_POD} -n ${shellQuote(plan.config.release.namespace)}    # once you are done`,
  ];
}

/** `choose` is the line in which a person names the snapshot. */
export function fetchFromDirectory(
  plan: Plan,
  store: DirectoryStore,
  folder: string,
  choose: string,
): readonly string[] {
  return [
    ...mountDirectory(plan, store),
    inStorePod(plan, `cat ${shellQuote(`${folder}/latest.json`)}`),
    choose,
    `${inStorePod(plan, `cat ${shellQuote(`${folder}/`)}"$SNAPSHOT"`)} > restore.snap`,
    `kubectl delete pod ${STORE_POD} -n ${shellQuote(plan.config.release.namespace)}`,
  ];
}
