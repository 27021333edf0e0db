/** A private CA and a server certificate of it, made by openssl. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** tls.crt, tls.key and ca.crt of a server that is called `name`, and by no address but those that are given. */
export async function certificateFor(
  name: string,
  addresses: readonly string[] = [],
): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-tls-'));
  const openssl = (args: readonly string[]) => execa('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    await openssl([
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      '/CN=private CA',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
    ]);
    await openssl(['req', ...key, '-subj', `/CN=${name}`, '-keyout', 'tls.key', '-out', 'tls.csr']);
    const names = [`DNS:${name}`, ...addresses.map((address) => `IP:${address}`)];
    writeFileSync(join(folder, 'names'), `subjectAltName=${names.join(',')}\n`);
    await openssl([
      'x509',
      '-req',
      '-in',
      'tls.csr',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'names',
      '-out',
      'tls.crt',
    ]);
    return Object.fromEntries(
      ['tls.crt', 'tls.key', 'ca.crt'].map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
