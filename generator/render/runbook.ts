/** RUNBOOK.md: what must survive elsewhere, and every command of the day everything is gone, with this release's real names. */
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { BINARIES, PREFIXES, PRODUCT_NAMES, WITH_ARTICLE } from '../../contract/product-words.ts';
import type { Values } from '../chart/values.ts';
import type { SnapshotChoice } from '../config/config.ts';
import { isLogin } from '../plan/named-secrets.ts';
import { neededObjects } from '../plan/needed-objects.ts';
import type { Plan } from '../plan/plan.ts';
import { sealOf } from '../plan/restore-slice.ts';
import { storeUsers } from '../plan/store-users.ts';
import type { RenderedFile } from './file.ts';
import { imageReference } from './image.ts';
import { forwardCommands, install, repositoryOf } from './runbook-commands.ts';
import { quorumFacts } from './runbook-quorum.ts';
import { rehearsalFacts } from './runbook-rehearsal.ts';
import { storeRights } from './runbook-rights.ts';
import { fileOf, secretCommands } from './runbook-secrets.ts';
import { fetchCommands, listCommands, storeText } from './runbook-store.ts';
import { terraformStoreFiles } from './terraform-store.ts';
import { renderText, shellQuote } from './text.ts';

function choiceText(choice: SnapshotChoice): string {
  if ('key' in choice) return `\`${choice.key}\``;
  return 'before' in choice ? `the newest snapshot from before ${choice.before}` : 'the newest snapshot';
}

export function runbookFile(plan: Plan, own: Values): RenderedFile {
  const { config, facts, names } = plan;
  const { release, backup, restore } = config;
  const autoUnseal = sealOf(config, facts) === 'auto';
  const manual = !autoUnseal && 'manual' in restore.unseal;
  const objects = neededObjects(config, own, facts);
  const secrets = secretCommands(plan, own);
  const shares = 'secret' in restore.unseal && restore.enabled ? restore.unseal.secret : undefined;
  const { auth } = backup;
  const binary = BINARIES[facts.product];
  const unsealSentence = autoUnseal
    ? `The seal \`${facts.sealType ?? 'auto'}\` opens the server.`
    : manual
      ? 'People unseal it.'
      : 'It unseals itself with the shares of a Secret.';
  const rendersRaft = config.raftConfig === 'render';
  const text = renderText(restore.rehearsalOf === undefined ? 'RUNBOOK.md' : 'REHEARSAL.md', {
    header: plan.header,
    name: config.name,
    product: PRODUCT_NAMES[facts.product],
    withArticle: WITH_ARTICLE[facts.product],
    binary,
    prefix: PREFIXES[facts.product],
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
    })),
    saved: secrets.saved.map((object) => ({ ...object, file: fileOf(object) })),
    survive: secrets.survive,
    bringBack: secrets.bringBack,
    repository: repositoryOf(release.chart),
    createCommands: secrets.create,
    createShares: secrets.createShares,
    tls: facts.scheme === 'https',
    storeRights: storeRights(plan),
    terraform: terraformStoreFiles(plan).length > 0,
    identitiesPrinted: identitiesPrinted(plan),
    install: restore.enabled && restore.whenNoSnapshot === 'install',
    forwardCommands: forwardCommands(plan, PREFIXES[facts.product], binary),
    listCommands: listCommands(plan),
    vaultInstall: install(plan, true),
    // Without a restore the overlay holds nothing of ours but a raft configuration.
    plainInstall: install(plan, !restore.enabled && rendersRaft),
    rendersRaft,
    lifeboatInstall: `helm upgrade --install ${names.lifeboat} "$LIFEBOAT_CHART" -n ${shellQuote(backup.namespace)} -f "$OUT/lifeboat-values.yaml"`,
    fetchCommands: fetchCommands(plan),
    exitCodes: Object.values(EXIT_CODES),
    authMount: 'kubernetes' in auth ? auth.kubernetes.mount : auth.approle.mount,
    role: names.role,
    kubernetesLogin: 'kubernetes' in auth,
    policy: names.policy,
    internalService: facts.internalService,
    keepLast: config.keepLast,
    sharesSecret: shares ?? false,
    sharesByHand: secrets.saved.some(({ name }) => name === shares),
    ...rehearsalFacts(config),
    original: restore.rehearsalOf ?? false,
    serverObjects: objects.filter(
      (object) => object.namespace === release.namespace && !isLogin(object, config),
    ),
    directoryStore: 'directory' in config.store,
    quorum: quorumFacts(
      facts,
      rendersRaft,
      (command) =>
        `kubectl exec "$POD" -n ${shellQuote(release.namespace)} -c ${facts.product} -- ${command}`,
    ),
  });
  return { name: 'RUNBOOK.md', text };
}

/** What only Terraform's outputs tell, and lifeboat.yaml has to name. */
function identitiesPrinted({ config, facts }: Plan): boolean {
  return storeUsers(config, facts).some(({ key, identity }) => key === undefined && identity === undefined);
}
