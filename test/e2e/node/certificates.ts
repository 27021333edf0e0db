/** The keys and certificates of the node's control plane: a CA of its own, made anew for each run. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { ADDRESSES, FILES } from './layout.ts';

const inPki = (name: string): string => path.join(FILES.pki, name);

async function openssl(...args: readonly string[]): Promise<void> {
  await execa('openssl', args, { cwd: FILES.pki, stdin: 'ignore' });
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;

async function signed(name: string, subject: string, alternatives: string): Promise<void> {
  const extensions = `subjectAltName=${alternatives}\nextendedKeyUsage=serverAuth,clientAuth\n`;
  await writeFile(inPki(`${name}.ext`), extensions);
  await openssl('req', ...KEY, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
  await openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...by,
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.crt`,
  );
}

async function base64(name: string): Promise<string> {
  return (await readFile(inPki(name))).toString('base64');
}

async function writeKubeconfig(): Promise<void> {
  const cluster = {
    server: `https://${ADDRESSES.node}:6443`,
    'certificate-authority-data': await base64('ca.crt'),
  };
  const user = {
    'client-certificate-data': await base64('admin.crt'),
    'client-key-data': await base64('admin.key'),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lifeboat-e2e', cluster }],
    users: [{ name: 'admin', user }],
    contexts: [{ name: 'lifeboat-e2e', context: { cluster: 'lifeboat-e2e', user: 'admin' } }],
    'current-context': 'lifeboat-e2e',
  };
  await writeFile(FILES.kubeconfig, stringify(config), { mode: 0o600 });
}

export async function makeCertificates(): Promise<void> {
  await mkdir(FILES.pki, { recursive: true, mode: 0o700 });
  await openssl('genrsa', '-out', 'sa.key', '2048');
  await openssl('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');
  await openssl(
    'req',
    '-x509',
    ...KEY,
    '-days',
    '2',
    '-subj',
    '/CN=lifeboat-e2e',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
  );
  const names = ['DNS:localhost', 'DNS:kubernetes.default.svc', 'DNS:kubernetes.default'];
  const addresses = ['127.0.0.1', ADDRESSES.node, ADDRESSES.api].map((address) => `IP:${address}`);
  await signed('apiserver', '/CN=kube-apiserver', [...addresses, ...names].join(','));
  // Also the API server's own certificate towards the kubelet: without it there are no logs and no exec.
  await signed('admin', '/O=system:masters/CN=admin', 'DNS:admin');
  await writeKubeconfig();
}
