/** A private CA and a server certificate of it, made by openssl. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** tls.crt, tls.key and ca.crt of a server that is called `name` and by these names and addresses, and by no other. */
export async function certificateFor(
  name: string,
  also: readonly string[] = [],
): Promise<Record<'tls.crt' | 'tls.key' | 'ca.crt', string>> {
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
    const names = [name, ...also].map((one) => `${isIP(one) === 0 ? 'DNS' : 'IP'}:${one}`);
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
    const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
    return { 'tls.crt': text('tls.crt'), 'tls.key': text('tls.key'), 'ca.crt': text('ca.crt') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
