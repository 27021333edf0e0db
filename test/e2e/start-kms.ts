/** A stand-in of Amazon's key service (moto), since no real one can be had here: it speaks its API, and checks no signature. */
import { freePort, startServer } from '../support/server-process.ts';
import { findPythonPackage, MOTO } from '../support/tools/python-package.ts';

export interface KeyService {
  readonly endpoint: string;
  /** Makes a key; resolves to its ARN. */
  createKey(): Promise<string>;
  stop(): Promise<void>;
}

/** It knows the region and the service by the credential that a request is signed for, whoever that is. */
const SIGNED_FOR_KMS =
  'AWS4-HMAC-SHA256 Credential=anybody/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=none';

export async function startKms(host: string): Promise<KeyService> {
  const packages = await findPythonPackage(MOTO);
  const port = await freePort(host);
  const args = ['-m', 'moto.server', '-H', host, '-p', String(port)];
  const server = startServer('python3', args, {
    PATH: process.env.PATH ?? '',
    PYTHONPATH: packages,
    PYTHONDONTWRITEBYTECODE: '1',
  });
  const endpoint = `http://${host}:${port}`;
  const ask = async (action: string): Promise<unknown> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: SIGNED_FOR_KMS,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${action}`,
      },
      body: '{}',
    });
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  await server.answers(() => ask('ListKeys'));
  return {
    endpoint,
    async createKey() {
      const { KeyMetadata } = (await ask('CreateKey')) as { KeyMetadata: { Arn: string } };
      return KeyMetadata.Arn;
    },
    stop: () => server.stop(),
  };
}
