/**
 * What a scenario saw of the cluster, written down while it runs: the table of what was tested is made of it. One JSON
 * object a line, in the file that the run names; a scenario that is run by hand writes nothing.
 */
import { appendFileSync } from 'node:fs';

export interface ServerFact {
  readonly kind: 'server';
  readonly product: string;
  /** As the server itself says. */
  readonly version: string;
  readonly seal: string;
}

export interface InstallFact {
  readonly kind: 'install';
  readonly product: string;
  readonly chartVersion: string;
  readonly replicas: number;
}

export interface MeasurementFact {
  readonly kind: 'measurement';
  readonly what: string;
  /** One ratio for each round, in the order of the rounds. */
  readonly ratios: readonly number[];
}

export type Fact = ServerFact | InstallFact | MeasurementFact;

export const FACTS_VARIABLE = 'LIFEBOAT_E2E_FACTS';

export function recordFact(fact: Fact): void {
  const file = process.env[FACTS_VARIABLE];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(fact)}\n`);
}
