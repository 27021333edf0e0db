/** What the tests of the road run on: each product's server, the official chart where it can be had, an S3 server. */
import { it, type TestContext } from 'node:test';
import { whyMissing } from '../skip.ts';
import { type S3Server, startS3 } from '../start-s3.ts';
import { findOfficialChart } from '../tools/chart.ts';
import { findTool } from '../tools/find-tool.ts';
import type { OfficialChart } from './rendered.ts';
import { CHART_VERSIONS, type CloudStore, type Product, STORE_HOSTS, type WorldOptions } from './world.ts';

export type Server = Pick<WorldOptions, 'product' | 'serverBinary' | 'chart'>;
type Test = Pick<TestContext, 'after'>;

export const PRODUCTS = ['vault', 'openbao'] as const satisfies readonly Product[];

/** The server of a product. Without helm or the chart the pods are made of vault-values.yaml itself, and that is said. */
export async function serverOf(product: Product): Promise<Server> {
  const { path } = await findTool(product === 'vault' ? 'vault' : 'bao');
  return { product, serverBinary: path, chart: await chartOf(product) };
}

async function chartOf(product: Product): Promise<OfficialChart | undefined> {
  try {
    const { path } = await findTool('helm');
    return { helm: path, folder: await findOfficialChart(product, CHART_VERSIONS[product]) };
  } catch (error) {
    process.stderr.write(
      `NOTICE: the official ${product} chart cannot be had (${(error as Error).message}); hooks are taken from vault-values.yaml itself\n`,
    );
    return undefined;
  }
}

const MISSING = {
  vault: await whyMissing('vault'),
  openbao: await whyMissing('bao'),
  s3: await whyMissing('versitygw'),
};

type TestBody = (t: TestContext) => Promise<void>;

/** Declares a test that is skipped, by name and reason, where its server cannot be had. */
export interface ProductTest {
  (name: string, body: TestBody): void;
  withS3(name: string, body: TestBody): void;
}

function testsOf(product: Product): ProductTest {
  const declare = (reason: string | undefined, name: string, body: TestBody): void =>
    void it(name, reason === undefined ? {} : { skip: reason }, body);
  return Object.assign((name: string, body: TestBody) => declare(MISSING[product], name, body), {
    withS3: (name: string, body: TestBody) => declare(MISSING[product] ?? MISSING.s3, name, body),
  });
}

export function eachProduct(
  suite: (product: Product, server: () => Promise<Server>, it: ProductTest) => void,
): void {
  for (const product of PRODUCTS) suite(product, () => serverOf(product), testsOf(product));
}

/** A running S3 server with the bucket `vault`, for a world's store. */
export async function s3Store(t: Test): Promise<{ store: CloudStore; dataFolder: string }> {
  const server = await startS3({ bucket: 'vault' });
  t.after(() => server.stop());
  return { store: storeOfS3(server), dataFolder: server.dataFolder };
}

export function storeOfS3({ endpoint, accessKey, secretKey }: S3Server): CloudStore {
  const secret = 'vault-snapshot-s3';
  const place = { bucket: 'vault', prefix: 'backups', region: 'us-east-1' };
  return {
    config: { s3: { ...place, endpoint: inPods(endpoint, 's3'), secretRef: { name: secret } } },
    secrets: { [secret]: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } },
  };
}

/** The address of a server on loopback by the name that the pods know it by. */
export function inPods(endpoint: string, kind: keyof typeof STORE_HOSTS): string {
  return endpoint.replace('127.0.0.1', STORE_HOSTS[kind]);
}
