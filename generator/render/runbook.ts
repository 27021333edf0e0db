/** RUNBOOK.md: what must survive elsewhere, and every command of the day everything is gone, with this release's real names. */
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import type { Values } from '../chart/values.ts';
import type { Config, SnapshotChoice, Store } from '../config/config.ts';
import { type NeededObject, neededObjects, PULL_SECRET_KEY } from '../plan/needed-objects.ts';
import type { Plan } from '../plan/plan.ts';
import { sealOf } from '../plan/restore-slice.ts';
import { BINARIES, PRODUCT_NAMES } from './auth-files.ts';
import type { RenderedFile } from './file.ts';
import { imageReference } from './image.ts';
import { renderText, shellQuote } from './text.ts';

function folderOf({ store, name }: Config): string {
  if ('directory' in store) return `${store.directory.path}/${name}`;
  return [`s3://${store.s3.bucket}`, store.s3.prefix, name].filter((part) => part !== '').join('/');
}

function storeText(config: Config): string {
  const { store } = config;
  const folder = `\`${folderOf(config)}\``;
  if ('directory' in store) {
    return `${folder} on a volume of kind ${Object.keys(store.directory.volume)[0] ?? 'unknown'}`;
  }
  return store.s3.endpoint === undefined ? folder : `${folder} at ${store.s3.endpoint}`;
}

function choiceText(choice: SnapshotChoice): string {
  if ('key' in choice) return `\`${choice.key}\``;
  return 'before' in choice ? `the newest snapshot from before ${choice.before}` : 'the newest snapshot';
}

function fetchCommands(config: Config, store: Store): readonly string[] {
  const folder = folderOf(config);
  if ('directory' in store) {
    return [
      `cat ${shellQuote(`${folder}/latest.json`)}    # on the volume; names the newest snapshot`,
      `cp ${shellQuote(`${folder}/`)}SNAPSHOT restore.snap`,
    ];
  }
  const endpoint = store.s3.endpoint === undefined ? '' : ` --endpoint-url ${shellQuote(store.s3.endpoint)}`;
  return [
    `aws s3 cp${endpoint} ${shellQuote(`${folder}/latest.json`)} -    # names the newest snapshot`,
    `aws s3 cp${endpoint} ${shellQuote(`${folder}/`)}SNAPSHOT restore.snap`,
  ];
}

function createCommand({ kind, name, namespace, keys }: NeededObject): string {
  const registry = keys.includes(PULL_SECRET_KEY) ? ' --type=kubernetes.io/dockerconfigjson' : '';
  const type = kind === 'secret' ? 'secret generic' : 'configmap';
  const from = (keys.length === 0 ? ['FILE'] : keys).map((key) =>
    key === 'FILE' ? '--from-file=FILE' : `--from-file=${shellQuote(key)}=FILE`,
  );
  return `kubectl create ${type} ${shellQuote(name)} -n ${shellQuote(namespace)}${registry} ${from.join(' ')}`;
}

/** `helm upgrade --install` of the official chart with the user's files in their order, and our overlay last. */
function install({ config }: Plan, overlay: boolean): string {
  const { name, namespace, chart, chartVersion, values } = config.release;
  const files = values.map((file) => ` -f ${shellQuote(file)}`);
  if (overlay) files.push(' -f "$OUT/vault-values.yaml"');
  return `helm upgrade --install ${shellQuote(name)} ${shellQuote(chart)} --version ${shellQuote(chartVersion)} -n ${shellQuote(namespace)}${files.join('')}`;
}

export function runbookFile(plan: Plan, own: Values): RenderedFile {
  const { config, facts, names } = plan;
  const { release, backup, restore } = config;
  const autoUnseal = sealOf(config, facts) === 'auto';
  const manual = !autoUnseal && 'manual' in restore.unseal;
  const objects = neededObjects(config, own);
  const { auth } = backup;
  const binary = BINARIES[facts.product];
  const unsealSentence = autoUnseal
    ? `The seal \`${facts.sealType ?? 'auto'}\` opens the server.`
    : manual
      ? 'People unseal it.'
      : 'It unseals itself with the shares of a Secret.';
  const text = renderText('RUNBOOK.md', {
    header: plan.header,
    name: config.name,
    product: PRODUCT_NAMES[facts.product],
    binary,
    prefix: facts.product === 'vault' ? 'VAULT' : 'BAO',
    container: facts.product,
    scheme: facts.scheme,
    fullname: facts.fullname,
    pod: `${facts.fullname}-0`,
    namespace: release.namespace,
    release: release.name,
    chart: release.chart,
    chartVersion: release.chartVersion,
    valuesFiles: release.values,
    store: storeText(config),
    backups: backup.enabled,
    lifeboat: names.lifeboat,
    backupNamespace: backup.namespace,
    otherNamespace: backup.namespace !== release.namespace,
    schedule: backup.schedule,
    timeZone: backup.timeZone,
    restore: restore.enabled,
    choice: choiceText(restore.snapshot),
    unsealSentence,
    manual,
    autoUnseal,
    sealType: facts.sealType ?? 'auto',
    dataPath: facts.dataPath,
    serverImage: facts.image,
    lifeboatImage: imageReference(config.image),
    objects: objects.map((object) => ({
      ...object,
      keys: object.keys.length === 0 ? 'yours' : object.keys.map((key) => `\`${key}\``).join(', '),
      file: `${object.namespace}-${object.kind}-${object.name}.yaml`,
    })),
    // auth-setup.sh makes the login's own Secret.
    createCommands: objects.filter((object) => !isLogin(object, plan)).map(createCommand),
    vaultInstall: install(plan, true),
    plainInstall: install(plan, false),
    lifeboatInstall: `helm upgrade --install ${names.lifeboat} "$LIFEBOAT_CHART" -n ${shellQuote(backup.namespace)} -f "$OUT/lifeboat-values.yaml"`,
    fetchCommands: fetchCommands(config, config.store),
    exitCodes: Object.values(EXIT_CODES),
    authMount: 'kubernetes' in auth ? auth.kubernetes.mount : auth.approle.mount,
    role: names.role,
    policy: names.policy,
  });
  return { name: 'RUNBOOK.md', text };
}

function isLogin(object: NeededObject, { config }: Plan): boolean {
  const { auth, namespace } = config.backup;
  return 'approle' in auth && object.name === auth.approle.secret && object.namespace === namespace;
}
