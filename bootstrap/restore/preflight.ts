/** No before any harm: what can be known of seal, shares, versions and audit devices before a server is started. */
import { LifeboatError } from '../../contract/errors.ts';
import type { Manifest } from '../../contract/manifest.ts';
import { isOlder } from '../../contract/version-order.ts';
import { opens } from '../keys/check.ts';
import type { ShareSet } from '../keys/share-files.ts';
import { shareSet } from '../keys/share-text.ts';
import { verdictSentence } from '../keys/verdict-sentence.ts';
import type { ArchiveFacts } from '../snapshot/archive.ts';

/** The archive names its own seal; it must be the one that the server is configured for. */
export function requireSameSeal(
  key: string,
  facts: Pick<ArchiveFacts, 'sealed'>,
  configured: 'shamir' | 'auto',
  product: string,
): void {
  const kind = facts.sealed.kind;
  if (kind === configured) return;
  if (kind === 'shamir') {
    throw new LifeboatError(
      'keys',
      `${key} was sealed with Shamir shares, but ${product} is configured with an auto-unseal seal`,
      {
        hint: 'remove the seal stanza from the server configuration for the restore, and migrate the seal afterwards; or choose a snapshot taken after the migration (restore.snapshot)',
      },
    );
  }
  throw new LifeboatError(
    'keys',
    `${key} was sealed by the key ${facts.sealed.keyId || '(unnamed)'} of a KMS, but ${product} is configured without a seal stanza (Shamir)`,
    {
      hint: 'configure the seal stanza that the lost server had, with that key',
    },
  );
}

/**
 * The set of shares that opens the snapshot, proven offline, without shares in it that do not belong to it.
 * Throws `keys`, saying for each set why it does not fit.
 */
export function chooseShares(
  key: string,
  facts: Pick<ArchiveFacts, 'sums' | 'sealed' | 'sealedBytes'>,
  sets: readonly ShareSet[],
  manifest: Manifest | undefined,
): ShareSet {
  const reasons: string[] = [];
  for (const set of sets) {
    const verdict = opens(facts, set.shares, manifest?.seal.threshold);
    if (verdict.result === 'open') {
      return shareSet(
        set.name,
        set.shares.filter((_, index) => !verdict.foreign.includes(index + 1)),
      );
    }
    reasons.push(verdictSentence(set.name, verdict));
  }
  throw new LifeboatError('keys', `no set of unseal shares opens ${key}: ${reasons.join('; ')}`, {
    hint: 'put the shares that were valid when the snapshot was taken into the Secret of restore.unseal, as one more entry; test them with `lifeboat keys check SNAPSHOT --keys-file FILE`',
  });
}

/** A server must not be older than the one whose data it gets. Returns a warning, or throws `refused`. */
export function requireVersion(
  manifest: Manifest | undefined,
  server: { readonly product: 'vault' | 'openbao'; readonly version: string; readonly image: string },
): string | undefined {
  if (manifest === undefined) return undefined;
  const { product, version } = manifest.server;
  if (product !== server.product) {
    return `the snapshot was taken from ${product} ${version} and is restored into ${server.product} ${server.version}; data of features that only one of them has may be refused`;
  }
  if (isOlder(server.version, version)) {
    throw new LifeboatError(
      'refused',
      `the snapshot was taken from ${product} ${version}, the server's image ${server.image} is the older ${server.version}`,
      {
        hint: `set server.image.tag to ${version} or newer in the values of the official chart`,
      },
    );
  }
  return undefined;
}

export interface AuditFinding {
  readonly path: string;
  readonly type: string;
  /** Undefined: cannot be known from here (datagrams, syslog). */
  readonly works: boolean | undefined;
  readonly detail: string;
}

/**
 * A server whose audit devices all fail stays useless although it is unsealed (unsealed for ever in standby, or
 * every request answered with 500). Returns warnings; throws `refused` where no device can work.
 */
export function judgeAudit(findings: readonly AuditFinding[], pod: Pod): readonly string[] {
  const broken = findings.filter(({ works }) => works === false);
  if (broken.length === 0) return [];
  const named = broken.map(({ path, detail }) => `${path} (${detail})`).join(', ');
  if (broken.length < findings.length)
    return [`audit devices of the snapshot that will not work here: ${named}`];
  const remedies = [...new Set(broken.map(({ type }) => remedy(type, pod)))].join('; ');
  throw new LifeboatError(
    'refused',
    `the restored server would be useless: none of its audit devices can work in this pod: ${named}`,
    {
      hint: `${remedies}; or choose a snapshot that has another device besides (restore.snapshot). Then: kubectl delete pod ${pod.name} -n ${pod.namespace}`,
    },
  );
}

/** For commands in what is said. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
}

/** The chart makes claims for audit logs out of a template that Kubernetes does not change on a StatefulSet that is there. */
function remedy(type: string, { name, namespace }: Pod): string {
  if (type === 'socket')
    return 'let what listens there answer, also through the NetworkPolicies of this pod: the next try of this container then goes on by itself';
  const remake = `kubectl delete statefulset ${name.replace(/-\d+$/, '')} -n ${namespace} --cascade=orphan`;
  return `give the pod that path, so that uid 100 may write it: by server.volumes and server.volumeMounts, or by server.auditStorage.enabled: true, which needs a new StatefulSet (${remake}); render, and helm upgrade`;
}
