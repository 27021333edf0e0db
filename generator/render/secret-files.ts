/** secrets/: the Secrets that lifeboat.yaml names, in the way that its `secrets` asks for. No value is in any of it. */
import type { Values } from '../chart/values.ts';
import { namedSecrets } from '../plan/named-secrets.ts';
import type { Plan } from '../plan/plan.ts';
import { externalSecretsFile } from './external-secrets.ts';
import type { RenderedFile } from './file.ts';
import { sealFile } from './sealed-secrets.ts';

export function secretFiles(plan: Plan, own: Values): readonly RenderedFile[] {
  const { config, facts } = plan;
  const named = namedSecrets(config, own, facts);
  if (config.secrets === undefined || named.length === 0) return [];
  return 'externalSecrets' in config.secrets
    ? [externalSecretsFile(plan, config.secrets.externalSecrets, named)]
    : [sealFile(plan, config.secrets.sealedSecrets, named)];
}
