/**
 * `server.ha.raft.config` with a retry_join for every server: the user's own text, in which nothing changes but the
 * lines that are added at the end of its raft stanza. Pure.
 */
import { asJson } from '../../contract/config-stanzas.ts';
import { hclItems } from '../../contract/hcl-items.ts';
import type { Config } from '../config/config.ts';
import { missingPeers, retryJoin, retryJoinLines } from './retry-join.ts';
import type { ServerFacts } from './server-facts.ts';

/** Why it cannot be written. */
export class NoRaftConfig extends Error {}

/** Templates may hold quotes and braces of their own: as many characters that mean nothing stand for them. */
function masked(text: string): string {
  return text.replaceAll(/\{\{.*?\}\}/gs, (template) => template.replaceAll(/[^\n]/g, 'x'));
}

/** Lines before the brace that ends at `end`, one step deeper than that brace. */
function insertBefore(text: string, end: number, lines: readonly string[]): string {
  const head = text.slice(0, end);
  const indent = /(?:^|\n)([ \t]*)$/.exec(head)?.[1];
  const before = indent === undefined ? `${head.trimEnd()}\n` : head.slice(0, head.length - indent.length);
  const added = lines.map((line) => `${indent ?? ''}  ${line}\n`).join('');
  return `${before}${added}${indent ?? ''}${text.slice(end)}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The charts print JSON anew themselves: only what it says is kept. */
function inJson(text: string, joins: readonly Readonly<Record<string, string>>[]): string {
  const json = JSON.parse(text) as Record<string, unknown>;
  const storage = json.storage ?? json.backend;
  const raft = isMap(storage) ? storage.raft : undefined;
  if (!isMap(raft)) throw new NoRaftConfig('its storage is not written as {"storage": {"raft": {...}}}');
  const theirs = raft.retry_join ?? [];
  raft.retry_join = [...(Array.isArray(theirs) ? theirs : [theirs]), ...joins];
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** Throws NoRaftConfig. */
export function raftConfigWithPeers(facts: ServerFacts, tls: Config['tls']): string {
  const { path, written } = facts.config;
  if (path !== 'server.ha.raft.config') {
    throw new NoRaftConfig(
      'the chart takes no raft configuration with these values (server.ha.raft.enabled)',
    );
  }
  if (typeof written !== 'string') throw new NoRaftConfig('it is a map');
  const missing = missingPeers(facts);
  if (missing.length === 0) return written;
  if (asJson(written) !== undefined)
    return inJson(
      written,
      missing.map((peer) => retryJoin(peer, facts, tls)),
    );
  const storage = hclItems(masked(written)).find(
    ({ name, labels }) => /^(?:storage|backend)$/i.test(name) && labels[0] === 'raft',
  );
  if (storage === undefined) throw new NoRaftConfig('its storage is not written as storage "raft" { ... }');
  return insertBefore(written, storage.end - 1, retryJoinLines(missing, facts, tls));
}
