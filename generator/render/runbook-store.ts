/** What RUNBOOK.md says of the store: where it is, how its contents are listed, and how one snapshot is fetched without lifeboat. */
import type { AzureStore, Config, GcsStore, S3Store, Store } from '../config/config.ts';
import { staticKey } from '../config/static-key.ts';
import type { Plan } from '../plan/plan.ts';
import { entryInto } from './runbook-commands.ts';
import { fetchFromDirectory, listDirectory } from './runbook-directory.ts';
import { shellQuote } from './text.ts';

const CHOOSE = 'SNAPSHOT=snapshots/...    # set this: the key that latest.json names, or another';

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

function azureEndpoint({ account, endpoint }: AzureStore): string {
  return endpoint?.replace(/\/+$/, '') ?? `https://${account}.blob.core.windows.net`;
}

/** `<prefix>/<name>`, with the bucket before it. */
function folderOf({ store, name }: Config): string {
  if ('directory' in store) return `${store.directory.path}/${name}`;
  if ('gcs' in store) return joined(`gs://${store.gcs.bucket}`, store.gcs.prefix, name);
  if ('azure' in store) {
    const { container, prefix } = store.azure;
    return joined(azureEndpoint(store.azure), container, prefix, name);
  }
  return joined(`s3://${store.s3.bucket}`, store.s3.prefix, name);
}

export function storeText(config: Config): string {
  const { store } = config;
  const folder = `\`${folderOf(config)}\``;
  if ('directory' in store) {
    return `${folder} on a volume of kind ${Object.keys(store.directory.volume)[0] ?? 'unknown'}`;
  }
  // The address of a blob holds its endpoint.
  const endpoint = 'azure' in store ? undefined : Object.values(store)[0].endpoint;
  return endpoint === undefined ? folder : `${folder} at ${endpoint}`;
}

type Cloud = Exclude<Store, { directory: unknown }>;

/** Where credentials come from where no Secret holds them. */
function ownCredentials(store: Cloud): string {
  if ('gcs' in store)
    return '# The credentials: `gcloud auth application-default login`, or GOOGLE_APPLICATION_CREDENTIALS.';
  if ('azure' in store) return '# The credentials: `az login`, or AZURE_* in the environment.';
  return '# The credentials: AWS_* in the environment, or a profile.';
}

function listCloud(store: Cloud, namespace: string): readonly string[] {
  const list = ['lifeboat snapshots --config "$OUT/backup.json"'];
  const lines: string[] = [];
  const secret = staticKey(store, 'backup');
  const ca = 's3' in store ? store.s3.ca : undefined;
  if (secret === undefined) lines.push(ownCredentials(store));
  if (secret !== undefined || ca !== undefined) lines.push('STORE=$(mktemp -d)    # only you can read it');
  if (secret !== undefined) {
    for (const key of secret.keys) {
      lines.push(entryInto({ kind: 'secret', name: secret.name, key }, namespace, `"$STORE/${key}"`));
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

/** What the store holds, asked from a workstation. */
export function listCommands(plan: Plan): readonly string[] {
  const { config } = plan;
  const { store } = config;
  if ('directory' in store) return listDirectory(plan, store.directory, folderOf(config));
  return listCloud(store, config.backup.namespace);
}

function fetchFromS3({ endpoint }: S3Store, folder: string): readonly string[] {
  const at = endpoint === undefined ? '' : ` --endpoint-url ${shellQuote(endpoint)}`;
  return [
    `aws s3 cp${at} ${shellQuote(`${folder}/latest.json`)} -`,
    CHOOSE,
    `aws s3 cp${at} ${shellQuote(`${folder}/`)}"$SNAPSHOT" restore.snap`,
  ];
}

function fetchFromGcs({ endpoint }: GcsStore, folder: string): readonly string[] {
  const api = endpoint === undefined ? undefined : shellQuote(`${endpoint}/storage/v1/`);
  return [
    ...(api === undefined ? [] : [`export CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${api}`]),
    `gcloud storage cat ${shellQuote(`${folder}/latest.json`)}`,
    CHOOSE,
    `gcloud storage cp ${shellQuote(`${folder}/`)}"$SNAPSHOT" restore.snap`,
  ];
}

function fetchFromAzure(store: AzureStore, name: string): readonly string[] {
  const { account, endpoint, container, prefix } = store;
  const at =
    endpoint === undefined
      ? `--account-name ${shellQuote(account)}`
      : `--blob-endpoint ${shellQuote(azureEndpoint(store))}`;
  const download = `az storage blob download --auth-mode login ${at} --container-name ${shellQuote(container)}`;
  const folder = joined(prefix, name);
  return [
    `${download} --name ${shellQuote(`${folder}/latest.json`)} --file latest.json --output none && cat latest.json`,
    CHOOSE,
    `${download} --name ${shellQuote(`${folder}/`)}"$SNAPSHOT" --file restore.snap --output none`,
  ];
}

/** One snapshot, without lifeboat, as restore.snap beside you. */
export function fetchCommands(plan: Plan): readonly string[] {
  const { config } = plan;
  const { store } = config;
  const folder = folderOf(config);
  if ('directory' in store) return fetchFromDirectory(plan, store.directory, folder, CHOOSE);
  if ('gcs' in store) return fetchFromGcs(store.gcs, folder);
  if ('azure' in store) return fetchFromAzure(store.azure, config.name);
  return fetchFromS3(store.s3, folder);
}
