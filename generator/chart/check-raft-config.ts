/** The server's own configuration, as given: its listener, how its servers find each other, and what it holds in plain text. */
import { stanzasOf } from '../../contract/config-stanzas.ts';
import { HclSyntaxError } from '../../contract/hcl-items.ts';
import type { Problem } from '../config/problem.ts';
import type { Checked } from './checked.ts';
import { NoRaftConfig, raftConfigWithPeers } from './raft-config.ts';
import { missingPeers, peersElsewhere, retryJoinLines } from './retry-join.ts';

/** The port that the chart's probes, its Services and lifeboat call. */
const PORT = '8200';

interface Listener {
  readonly port: string;
  readonly tls: boolean;
}

function isTrue(value: string | undefined): boolean {
  return value === 'true' || value === '1';
}

function listenersOf(config: string): readonly Listener[] {
  return stanzasOf(config, 'listener')
    .filter(({ label }) => label === 'tcp')
    .map(({ body }) => ({
      port: /:(\d+)$/.exec(body.text('address') ?? '')?.[1] ?? PORT,
      tls: !isTrue(body.text('tls_disable')),
    }));
}

/** Lines below a sentence. */
function block(lines: readonly string[]): string {
  return lines.map((line) => `\n    ${line}`).join('');
}

const LISTENERS = {
  http: [
    'listener "tcp" {',
    '  tls_disable     = true',
    '  address         = "[::]:8200"',
    '  cluster_address = "[::]:8201"',
    '}',
  ],
  https: [
    'listener "tcp" {',
    '  address         = "[::]:8200"',
    '  cluster_address = "[::]:8201"',
    '  tls_cert_file   = "/path/to/tls.crt"',
    '  tls_key_file    = "/path/to/tls.key"',
    '}',
  ],
} as const;

function listenerProblems({ facts, user }: Checked): readonly Problem[] {
  const { scheme, config, hasUnseenConfig } = facts;
  const listeners = listenersOf(config.text);
  if (listeners.length === 0) {
    if (hasUnseenConfig) return [];
    const hint = `Add, with paths of your own:${block(LISTENERS[scheme])}`;
    return [user.problem(config.path, 'the configuration names no listener "tcp"', hint)];
  }
  const here = listeners.filter(({ port }) => port === PORT);
  if (here.length === 0) {
    const ports = listeners.map(({ port }) => port).join(', ');
    return [
      user.problem(
        config.path,
        `the server listens on ${ports}, and the chart's Services and probes, and lifeboat, call ${PORT}`,
        `Let one listener have the address "[::]:${PORT}".`,
      ),
    ];
  }
  if (here.some(({ tls }) => tls === (scheme === 'https'))) return [];
  return scheme === 'https'
    ? [
        user.problem(
          config.path,
          'the listener has tls_disable, and the chart calls the server by https (global.tlsDisable is false)',
          'Set global.tlsDisable: true, or give the listener tls_cert_file and tls_key_file in the place of tls_disable.',
        ),
      ]
    : [
        user.problem(
          config.path,
          'the listener has TLS, and the chart calls the server by http (global.tlsDisable is true)',
          'Set global.tlsDisable: false, or add to the listener: tls_disable = true',
        ),
      ];
}

export function raftConfigProblems(checked: Checked): readonly Problem[] {
  const { facts, config, source } = checked;
  const problems: Problem[] = [];
  if (facts.configProblem === undefined && facts.storage?.type === 'raft') {
    problems.push(...listenerProblems(checked));
  }
  problems.push(...rehearsalProblems(checked));
  if (config.raftConfig === 'keep') return problems;
  try {
    raftConfigWithPeers(facts, config.tls);
  } catch (error) {
    if (!(error instanceof NoRaftConfig) && !(error instanceof HclSyntaxError)) throw error;
    problems.push(
      source.at(['vault', 'raftConfig'], `${facts.config.path} cannot be rendered: ${error.message}`, {
        key: true,
        hint: 'Remove vault.raftConfig, and see the warnings for the lines to add by hand.',
      }),
    );
  }
  return problems;
}

/** A server with an empty disk joins whomever its retry_join leads to: the living original would get a new member. */
function rehearsalProblems({ facts, config, user }: Checked): readonly Problem[] {
  if (config.restore.rehearsalOf === undefined || facts.replicas < 2 || facts.configProblem !== undefined)
    return [];
  const elsewhere = peersElsewhere(facts, config.release.namespace);
  if (elsewhere.length === 0) return [];
  return [
    user.problem(
      facts.config.path,
      `this is a rehearsal of ${facts.replicas} servers, and a retry_join leads to what need not be one of them: ${elsewhere.join(', ')}; an empty server would join the original`,
      'In the values of the rehearsal set server.ha.replicas: 1, which joins nobody, or a server.ha.raft.config whose retry_join name its own servers.',
    ),
  ];
}

/** Attributes of a seal that are secrets; each has a variable of the environment that the server reads. */
const SEAL_SECRETS = [
  'token',
  'access_key',
  'secret_key',
  'session_token',
  'client_secret',
  'pin',
  'password',
  'key',
];

export function raftConfigWarnings(checked: Checked): readonly string[] {
  const { facts, config } = checked;
  const { path, text } = facts.config;
  if (facts.mode !== 'ha' && facts.mode !== 'standalone') return [];
  if (facts.configProblem !== undefined) {
    return [`${path}: it cannot be read (${facts.configProblem}), so nothing in it was checked.`];
  }
  const found: string[] = [];
  const missing = config.raftConfig === 'render' ? [] : missingPeers(facts);
  if (facts.storage?.type === 'raft' && missing.length > 0) {
    found.push(
      `${path}: no retry_join leads to ${missing.join(', ')}, so a server without data does not find the others by itself. Add to the stanza storage "raft", or set vault.raftConfig: render in lifeboat.yaml:${block(retryJoinLines(missing, facts, config.tls))}`,
    );
  }
  for (const { label, body } of stanzasOf(text, 'seal')) {
    if (isTrue(body.text('disabled'))) {
      found.push(
        `${path}: the seal "${label}" is disabled, so a seal migration is under way or was; snapshots from before it need the old seal.`,
      );
    }
    const plain = SEAL_SECRETS.filter((name) => (body.text(name) ?? '') !== '');
    if (plain.length > 0) {
      found.push(
        `${path}: the seal "${label}" holds ${plain.join(', ')} as plain text, which the chart puts into a ConfigMap; leave it out there, and give the server the variable for it with server.extraSecretEnvironmentVars.`,
      );
    }
  }
  return found;
}
