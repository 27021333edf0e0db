/**
 * What we read out of a Vault or OpenBao server configuration (HCL or JSON), and the configuration that the
 * private server of a restore gets: the user's own, with what would reach the outside world replaced.
 */
import { asJson, labelled, stanzasOf } from './config-stanzas.ts';
import { type HclItem, hclItems } from './hcl-items.ts';

export interface StorageFacts {
  readonly type: string;
  readonly path: string | undefined;
  readonly nodeId: string | undefined;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Both servers compare names without regard to case: `Listener "tcp"` listens. */
function isNamed(name: string, ...names: readonly string[]): boolean {
  return names.includes(name.toLowerCase());
}

/** What JSON has under these names; the first one that is there. */
function jsonValue(json: Json, ...names: readonly string[]): unknown {
  return names
    .flatMap((wanted) => Object.entries(json).filter(([name]) => isNamed(name, wanted)))
    .map(([, value]) => value)[0];
}

/** A block in JSON form is `{label: {...}}`, or a list of such. */
function jsonBlocks(value: unknown): readonly { label: string; body: Json }[] {
  const list = Array.isArray(value) ? value : [value];
  return list
    .filter(isObject)
    .flatMap((entry) =>
      Object.entries(entry).map(([label, body]) => ({ label, body: isObject(body) ? body : {} })),
    );
}

/** The storage stanza (`storage` or `backend`, its old name); undefined where there is none. Throws where the text does not parse. */
export function storageOf(config: string): StorageFacts | undefined {
  const stanza = stanzasOf(config, 'storage', 'backend')[0];
  if (stanza === undefined) return undefined;
  const { label, body } = stanza;
  return { type: label, path: body.text('path'), nodeId: body.text('node_id') };
}

/** The type of the seal stanza that is in force (`disabled = "true"` ones are not); undefined means Shamir. */
export function sealTypeOf(config: string): string | undefined {
  const active = stanzasOf(config, 'seal').find(({ body }) => body.text('disabled') !== 'true');
  return active === undefined || active.label === 'shamir' ? undefined : active.label;
}

/**
 * What the private server must not take over: its listeners and API address (it may be reached on loopback only; the
 * cluster address stays the real one, since it becomes part of the restored raft configuration),
 * its storage (it has a folder of its own), and everything by which it would announce itself or start work by
 * itself (registration, telemetry, replication, OpenBao's self-initialisation, log and pid files of the real server).
 */
const REPLACED = [
  'listener',
  'storage',
  'backend',
  'ha_storage',
  'ha_backend',
  'api_addr',
  'redirect_addr',
  'cluster_name',
  'service_registration',
  'telemetry',
  'replication',
  'initialize',
  'ui',
  'pid_file',
  'log_file',
  'reporting',
] as const;

/** Attributes of the raft stanza that must not be taken over: they would find, or be found by, other servers. */
const RAFT_REPLACED = [
  'path',
  'node_id',
  'retry_join',
  'retry_join_as_non_voter',
  'performance_multiplier',
  'autopilot_redundancy_zone',
  'autopilot_upgrade_version',
] as const;

export interface PrivateServer {
  /** Folder of the raft data. */
  readonly path: string;
  /** Port of the API listener on 127.0.0.1. */
  readonly port: number;
  /** Port of the cluster listener on 127.0.0.1. */
  readonly clusterPort: number;
}

/**
 * The configuration files of the private server: the user's own without what is replaced, and one of ours.
 * `nodeId` is kept from the user's raft stanza. Throws where a file does not parse.
 */
export function privateServerConfig(
  files: readonly { readonly name: string; readonly text: string }[],
  server: PrivateServer,
): readonly { readonly name: string; readonly text: string }[] {
  const kept: { name: string; text: string }[] = [];
  let raft: string[] = [];
  for (const file of files) {
    const json = asJson(file.text);
    if (json === undefined) {
      const items = hclItems(file.text);
      raft = raft.concat(keptRaftAttributes(items));
      const text = items.filter(({ name }) => !isNamed(name, ...REPLACED)).map((item) => `${item.text}\n`);
      kept.push({ name: file.name, text: text.join('') });
    } else {
      raft = raft.concat(keptRaftJson(json));
      const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !isNamed(name, ...REPLACED)));
      kept.push({ name: file.name, text: `${JSON.stringify(rest)}\n` });
    }
  }
  const ours = [
    'storage "raft" {',
    `  path = ${JSON.stringify(server.path)}`,
    // Raft's shortest timings: the first election then takes about one second instead of eight.
    '  performance_multiplier = "1"',
    ...raft.map((line) => `  ${line}`),
    '}',
    'listener "tcp" {',
    `  address = "127.0.0.1:${server.port}"`,
    `  cluster_address = "127.0.0.1:${server.clusterPort}"`,
    '  tls_disable = "true"',
    // A large body must not be cut by the listener's default of 30 s.
    '  http_read_timeout = "24h"',
    '}',
    `api_addr = "http://127.0.0.1:${server.port}"`,
    'ui = false',
    '',
  ];
  return [
    ...kept.filter(({ text }) => text.trim() !== '' && text.trim() !== '{}'),
    { name: 'lifeboat.hcl', text: ours.join('\n') },
  ];
}

function keptRaftAttributes(items: readonly HclItem[]): readonly string[] {
  const storage = items.find(({ name }) => isNamed(name, 'storage', 'backend'));
  if (storage === undefined) return [];
  return hclItems(labelled(storage).body)
    .filter(({ name }) => isNamed(name, 'node_id') || !isNamed(name, ...RAFT_REPLACED))
    .map(({ text }) => text);
}

function keptRaftJson(json: Json): readonly string[] {
  const block = jsonBlocks(jsonValue(json, 'storage', 'backend'))[0];
  return Object.entries(block?.body ?? {})
    .filter(
      ([name, value]) =>
        (isNamed(name, 'node_id') || !isNamed(name, ...RAFT_REPLACED)) &&
        !isObject(value) &&
        !Array.isArray(value),
    )
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
}

/** The chart's placeholders, filled by its start script from the variable of the same name where that is set and not empty. */
const PLACEHOLDERS = ['HOST_IP', 'POD_IP', 'HOSTNAME', 'API_ADDR', 'TRANSIT_ADDR', 'RAFT_ADDR'] as const;

export function fillPlaceholders(config: string, env: Readonly<Record<string, string | undefined>>): string {
  let text = config;
  for (const name of PLACEHOLDERS) {
    const value = env[name];
    if (value !== undefined && value !== '') text = text.replaceAll(name, () => value);
  }
  return text;
}
