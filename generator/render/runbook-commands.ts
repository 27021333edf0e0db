/** Commands of RUNBOOK.md that depend on more than a name: Helm, the Secrets, and the ways into the store and the server. */
import { stringify } from 'yaml';
import type { CaSource, Config, DirectoryStore, S3Store } from '../config/config.ts';
import { type NeededObject, PULL_SECRET_KEY } from '../plan/needed-objects.ts';
import type { Plan } from '../plan/plan.ts';
import { shellQuote } from './text.ts';

/** The pod that looks into a directory store. */
const STORE_POD = 'lifeboat-store';

export function folderOf({ store, name }: Config): string {
  if ('directory' in store) return `${store.directory.path}/${name}`;
  return [`s3://${store.s3.bucket}`, store.s3.prefix, name].filter((part) => part !== '').join('/');
}

/** `helm repo add` where the chart is named by a repository; nothing for oci:// and folders. */
export function repositoryOf(chart: string): string | false {
  return /^([A-Za-z0-9][\w-]*)\/[\w-]+$/.exec(chart)?.[1] ?? false;
}

/** `helm upgrade --install` of the official chart with the user's files in their order, and our overlay last. */
export function install({ config }: Plan, overlay: boolean): string {
  const { name, namespace, chart, chartVersion, values } = config.release;
  const files = values.map((file) => ` -f ${shellQuote(file)}`);
  if (overlay) files.push(' -f "$OUT/vault-values.yaml"');
  return `helm upgrade --install ${shellQuote(name)} ${shellQuote(chart)} --version ${shellQuote(chartVersion)} -n ${shellQuote(namespace)}${files.join('')}`;
}

export function createCommand({ kind, name, namespace, keys }: NeededObject): string {
  const registry = keys.includes(PULL_SECRET_KEY) ? ' --type=kubernetes.io/dockerconfigjson' : '';
  const type = kind === 'secret' ? 'secret generic' : 'configmap';
  const from = keys.length === 0 ? ['FILE'] : keys.map((key) => `${shellQuote(key)}=FILE`);
  const files = from.map((file) => `--from-file=${file}`).join(' ');
  return `kubectl create ${type} ${shellQuote(name)} -n ${shellQuote(namespace)}${registry} ${files}`;
}

/** Writes one entry of a Secret or ConfigMap into a file. */
function entryInto({ kind, name, key }: CaSource, namespace: string, file: string): string {
  const path = shellQuote(`jsonpath={.data.${key.replaceAll('.', '\\.')}}`);
  const decoded = kind === 'secret' ? ' | base64 -d' : '';
  return `kubectl get ${kind.toLowerCase()} ${shellQuote(name)} -n ${shellQuote(namespace)} -o ${path}${decoded} > ${file}`;
}

function listBucket({ secret, ca }: S3Store, namespace: string): readonly string[] {
  const list = ['lifeboat snapshots --config "$OUT/backup.json"'];
  const lines: string[] = [];
  if (secret === undefined) lines.push('# The credentials: AWS_* in the environment, or a profile.');
  if (secret !== undefined || ca !== undefined) lines.push('STORE=$(mktemp -d)    # only you can read it');
  if (secret !== undefined) {
    for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
      lines.push(entryInto({ kind: 'secret', name: secret, key }, namespace, `"$STORE/${key}"`));
    }
    list.push('--credentials "$STORE"');
  }
  if (ca !== undefined) {
    lines.push(entryInto(ca, namespace, '"$STORE/ca.pem"'));
    list.push('--ca "$STORE/ca.pem"');
  }
  lines.push(list.join(' '));
  if (list.length > 1) lines.push('rm -r "$STORE"');
  return lines;
}

/** A pod that mounts the volume as the server does, for the volume is on no workstation. */
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

/** What the store holds, asked from a workstation. */
export function listCommands(plan: Plan): readonly string[] {
  const { config } = plan;
  const { store } = config;
  if ('s3' in store) return listBucket(store.s3, config.backup.namespace);
  const folder = folderOf(config);
  return [
    ...mountDirectory(plan, store.directory),
    inStorePod(plan, `ls -l ${shellQuote(`${folder}/snapshots`)}`),
    inStorePod(plan, `cat ${shellQuote(`${folder}/latest.json`)}    # names the newest snapshot`),
    `kubectl delete pod ${STORE_POD} -n ${shellQuote(config.release.namespace)}    # once you are done`,
  ];
}

/** One snapshot, without lifeboat, as restore.snap beside you. */
export function fetchCommands(plan: Plan): readonly string[] {
  const { config } = plan;
  const { store } = config;
  const latest = shellQuote(`${folderOf(config)}/latest.json`);
  const snapshot = `${shellQuote(`${folderOf(config)}/`)}"$SNAPSHOT"`;
  const choose = 'SNAPSHOT=snapshots/...    # set this: the key that latest.json names, or another';
  if ('directory' in store) {
    return [
      ...mountDirectory(plan, store.directory),
      inStorePod(plan, `cat ${latest}`),
      choose,
      `${inStorePod(plan, `cat ${snapshot}`)} > restore.snap`,
      `kubectl delete pod ${STORE_POD} -n ${shellQuote(config.release.namespace)}`,
    ];
  }
  const endpoint = store.s3.endpoint === undefined ? '' : ` --endpoint-url ${shellQuote(store.s3.endpoint)}`;
  return [`aws s3 cp${endpoint} ${latest} -`, choose, `aws s3 cp${endpoint} ${snapshot} restore.snap`];
}

/** The way from a workstation to the server, in the background, until it answers. */
export function forwardCommands(plan: Plan, prefix: string, binary: string): readonly string[] {
  const { config, facts, backup } = plan;
  const { namespace } = config.release;
  const lines = [
    `kubectl port-forward -n ${shellQuote(namespace)} pod/${facts.fullname}-0 8200:8200 >/dev/null &`,
    'FORWARD=$!',
    `export ${prefix}_ADDR=${facts.scheme}://127.0.0.1:8200`,
  ];
  if (facts.scheme === 'https') {
    const { ca, serverName } = config.tls ?? {};
    if (ca !== undefined) {
      lines.push(entryInto(ca, config.backup.namespace, 'vault-ca.pem'));
      lines.push(`export ${prefix}_CACERT="$PWD/vault-ca.pem"`);
    }
    // The name by which the backup calls it: the certificate carries that one.
    const name = serverName ?? new URL(backup.vault.address).hostname;
    lines.push(`export ${prefix}_TLS_SERVER_NAME=${shellQuote(name)}`);
  }
  // Sealed is an answer, too: `status` ends with 2 then.
  lines.push(`until ${binary} status >/dev/null || [ $? -eq 2 ]; do sleep 1; done`);
  return lines;
}
