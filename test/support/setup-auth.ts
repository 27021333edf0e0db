/** `lifeboat setup-auth` as a person calls it: a lifeboat.yaml, an address and a token. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { type Ended, lifeboat } from './command-line.ts';

type Product = 'vault' | 'openbao';

const CHARTS = {
  vault: { chart: 'hashicorp/vault', chartVersion: '0.34.1' },
  openbao: { chart: 'openbao/openbao', chartVersion: '0.29.2' },
} as const;

const APPROLE = { approle: { secretRef: { name: 'vault-snapshot-agent' } } };

export interface Person {
  readonly address: string;
  readonly token: string;
}

export class SetupAuth {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-setup-auth-'));
  readonly file = path.join(this.folder, 'lifeboat.yaml');
  readonly loginOut = path.join(this.folder, 'login');
  readonly #product: Product;

  constructor(product: Product, auth: object = APPROLE, backup: object = {}) {
    this.#product = product;
    const config = {
      version: 1,
      name: 'payments',
      image: { repository: 'registry.example/lifeboat', tag: '0.1.0' },
      release: { name: product, namespace: 'vault', ...CHARTS[product], values: ['my-values.yaml'] },
      store: { s3: { bucket: 'vault', region: 'us-south' } },
      backup: { ...backup, auth },
    };
    const values = { server: { ha: { enabled: true, replicas: 1, raft: { enabled: true } } } };
    writeFileSync(this.file, stringify(config));
    writeFileSync(path.join(this.folder, 'my-values.yaml'), stringify(values));
  }

  /** With the token in the variable that the server's own command line reads. */
  run({ address, token }: Person, flags: readonly string[] = []): Promise<Ended> {
    const prefix = this.#product === 'vault' ? 'VAULT' : 'BAO';
    return lifeboat(['setup-auth', '-f', this.file, ...flags], {
      env: { [`${prefix}_ADDR`]: address, [`${prefix}_TOKEN`]: token },
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
