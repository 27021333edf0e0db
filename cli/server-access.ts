/**
 * How a person's commands reach the server: as the server's own command line does, by the same variables and the same
 * token file. A token is never an argument, which every process list shows.
 */
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { type ConnectionHints, createTransport, type Transport } from '../bootstrap/vault/transport.ts';
import { LifeboatError, systemCode } from '../contract/errors.ts';
import { BINARIES } from '../contract/product-words.ts';
import { Secret } from '../contract/secret.ts';
import { unreadableWords } from '../contract/system-words.ts';
import type { CliIo } from './io.ts';

export interface AccessFlags {
  readonly address?: string | undefined;
  readonly ca?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly tokenFile?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Product = 'vault' | 'openbao';

const HINTS: ConnectionHints = {
  certificate: 'name the CA with --ca FILE, and the name in the certificate with --tls-server-name NAME',
  caFile: 'name the file of the CA with --ca FILE',
  plainText: 'write http:// in --address',
  unreachable: 'RUNBOOK.md has the port-forward to the server; --address names another one',
};

/** OpenBao's own command line reads both, and prefers its own. */
function fromEnvironment(env: Environment, product: Product, name: string): string | undefined {
  const found = product === 'openbao' ? env[`BAO_${name}`] || env[`VAULT_${name}`] : env[`VAULT_${name}`];
  return found === '' ? undefined : found;
}

function prefixOf(product: Product): string {
  return product === 'openbao' ? 'BAO' : 'VAULT';
}

export function addressOf(flags: AccessFlags, env: Environment, product: Product): string {
  const address = flags.address ?? fromEnvironment(env, product, 'ADDR');
  const hint = `--address URL or ${prefixOf(product)}_ADDR, as in RUNBOOK.md: http://127.0.0.1:8200 after its port-forward`;
  if (address === undefined) throw new LifeboatError('usage', 'which server? No address was given', { hint });
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new LifeboatError('usage', 'the address is not of the form https://HOST:PORT', { hint });
  return url.href.replace(/\/+$/, '');
}

function oneLine(text: string, where: string): Secret {
  const token = text.trim();
  // What is no printable word would be no header, either; it is not quoted, since it may hold the token.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new LifeboatError('usage', `${where} is not one line with a token`, {
      hint: 'a file with the token alone',
    });
  return new Secret(token);
}

export async function tokenOf(
  flags: AccessFlags,
  env: Environment,
  product: Product,
  stdin: CliIo['stdin'],
): Promise<Secret> {
  const { tokenFile } = flags;
  if (tokenFile === '-') return oneLine(await readAll(stdin), 'standard input');
  if (tokenFile !== undefined) return await secretOfFile(tokenFile, 'the token file');
  const variable = fromEnvironment(env, product, 'TOKEN');
  if (variable !== undefined) return oneLine(variable, `${prefixOf(product)}_TOKEN`);
  // Where `vault login` and `bao login` both put it.
  const file = path.join(env.HOME ?? '', '.vault-token');
  try {
    return oneLine(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof LifeboatError) throw error;
    if (systemCode(error) !== 'ENOENT') throw new LifeboatError('usage', unreadableWords(file, error));
    const binary = BINARIES[product];
    throw new LifeboatError('usage', 'who are you to the server? No token was found', {
      hint: `${binary} login; or ${prefixOf(product)}_TOKEN, or --token-file FILE (- for standard input: ${binary} print token | ...)`,
    });
  }
}

/** A secret that a flag names by its file. */
export async function secretOfFile(file: string, what: string): Promise<Secret> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new LifeboatError('usage', unreadableWords(`${what} ${file}`, error));
  }
  return oneLine(text, file);
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

export function transportOf(flags: AccessFlags, env: Environment, product: Product): Transport {
  const caFile = flags.ca ?? fromEnvironment(env, product, 'CACERT');
  if (caFile !== undefined && !isReadable(caFile))
    throw new LifeboatError('usage', `the CA ${caFile} cannot be read`, { hint: HINTS.caFile });
  const serverName = flags.tlsServerName ?? fromEnvironment(env, product, 'TLS_SERVER_NAME');
  return createTransport(
    {
      ...(caFile === undefined ? {} : { caFile }),
      ...(serverName === undefined ? {} : { serverName }),
    },
    HINTS,
  );
}

/** What of the environment the server's command line would heed, and we do not. */
export function accessWarnings(address: string, env: Environment, product: Product): readonly string[] {
  const url = new URL(address);
  const isHere = /^(?:127\.|localhost$|\[::1\])/.test(url.hostname);
  const prefix = prefixOf(product);
  return [
    ...(url.protocol === 'http:' && !isHere ? [`your token goes to ${url.host} unencrypted`] : []),
    ...(fromEnvironment(env, product, 'NAMESPACE') === undefined
      ? []
      : [
          `${prefix}_NAMESPACE is not heeded: a snapshot is of the whole server, and the backup logs in at its root namespace`,
        ]),
    ...(fromEnvironment(env, product, 'SKIP_VERIFY') === undefined
      ? []
      : [`${prefix}_SKIP_VERIFY is not heeded: certificates are always verified`]),
  ];
}
