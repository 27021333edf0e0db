/** `lifeboat validate -f FILE`: everything that render checks, and nothing written. */
import { checkClusters } from '../../generator/clusters.ts';
import type { ConfigInputs } from '../../generator/read-input.ts';
import type { CliIo } from '../io.ts';

export interface ValidateOptions extends ConfigInputs {
  readonly json: boolean;
}

export async function runValidate(options: ValidateOptions, io: CliIo): Promise<void> {
  const clusters = await checkClusters(options, io.stdin);
  const warnings = clusters.flatMap((cluster) => cluster.warnings);
  if (options.json) {
    const seen = clusters.map(({ folder, plan: { config, facts, restore } }) => ({
      ...(folder === '' ? {} : { folder }),
      name: config.name,
      server: {
        product: facts.product,
        fullname: facts.fullname,
        replicas: facts.replicas,
        seal: restore?.server.seal,
      },
    }));
    io.stdout(`${JSON.stringify({ valid: true, clusters: seen, warnings })}\n`);
    return;
  }
  for (const warning of warnings) io.stderr(`warning: ${warning}\n`);
  for (const { folder, input, plan } of clusters) {
    const { config, facts } = plan;
    io.stderr(
      `${folder === '' ? input.loaded.source.file : folder} is valid: ${config.name}, ${facts.image} as ${facts.fullname} in ${config.release.namespace}\n`,
    );
  }
}
