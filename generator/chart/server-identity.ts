/**
 * What the server's service account and pod get so that a restore may read the store. An annotation that the user's
 * values hold stays as it is; ours are added beside it.
 */
import type { Config } from '../config/config.ts';
import { identityAnnotation, identityLabels, storeIdentity } from '../config/store-identity.ts';
import { annotationOf, type ServiceAccount } from './service-account.ts';
import { literalForTemplate } from './template-text.ts';
import { printed, type Values } from './values.ts';

/** A name that lifeboat.yaml gives, and that the user's values give another value: theirs stays. */
export interface Kept {
  /** Where in the values of the official chart. */
  readonly path: string;
  readonly key: string;
  readonly theirs: string;
  readonly named: string;
}

type Texts = Readonly<Record<string, string>>;

export interface ServerIdentity {
  /** Who the server is to the store; undefined where nothing says so. */
  readonly who: string | undefined;
  /** Whether that is of the user's values, and so of a role that serves other ends too. */
  readonly theirs: boolean;
  /** Annotations that are added to theirs. */
  readonly annotations: Texts;
  /** Labels that are added to those of the pod. */
  readonly podLabels: Texts;
  readonly kept: readonly Kept[];
  /** Annotations that only the owner of the service account can add: the chart does not make it. */
  readonly unreachable: Texts;
}

function beside(path: string, wanted: Texts, theirsOf: (key: string) => string | undefined) {
  const added: Record<string, string> = {};
  const kept: Kept[] = [];
  for (const [key, named] of Object.entries(wanted)) {
    const theirs = theirsOf(key);
    if (theirs === undefined) added[key] = named;
    else if (theirs !== named) kept.push({ path, key, theirs, named });
  }
  return { added, kept };
}

export function serverIdentity(
  { store, restore }: Pick<Config, 'store' | 'restore'>,
  account: ServiceAccount,
): ServerIdentity {
  const named = { ...storeIdentity({ store }, 'restore').annotations, ...restore.serviceAccount.annotations };
  const path = 'server.serviceAccount.annotations';
  const { added, kept } = beside(path, named, (key) => annotationOf(account.annotations, key));
  const key = identityAnnotation(store, 'restore');
  const theirs = key === undefined ? undefined : annotationOf(account.annotations, key);
  const who = theirs ?? (key === undefined ? undefined : added[key]);
  const labels = beside('server.extraLabels', who === undefined ? {} : identityLabels(store), (label) =>
    account.podLabels[label] === undefined ? undefined : printed(account.podLabels[label]),
  );
  return {
    who,
    theirs: theirs !== undefined,
    annotations: account.made ? added : {},
    unreachable: account.made ? {} : added,
    podLabels: labels.added,
    kept: [...kept, ...labels.kept],
  };
}

/** The value of `server.serviceAccount.annotations` in the overlay; undefined where nothing is added. */
export function annotationValues(added: Texts, theirs: Values | string): Values | string | undefined {
  const entries = Object.entries(added);
  if (entries.length === 0) return undefined;
  // Helm merges maps, and replaces text.
  if (typeof theirs !== 'string' || theirs.trim() === '') return added;
  const indent = /^[ \t]*(?=\S)/m.exec(theirs)?.[0] ?? '';
  const lines = entries.map(
    ([key, value]) => `${indent}${key}: ${String(literalForTemplate(JSON.stringify(value)))}`,
  );
  return `${theirs.replace(/\n+$/, '')}\n${lines.join('\n')}\n`;
}
