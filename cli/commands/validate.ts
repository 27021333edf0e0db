/** `lifeboat validate -f FILE`: everything that render checks, and nothing written. */
import { readInput } from '../../generator/read-input.ts';
import { check } from '../../generator/render/render.ts';
import type { CliIo } from '../io.ts';

export interface ValidateOptions {
  readonly file: string;
  readonly chart?: string | undefined;
  readonly json: boolean;
}

export async function runValidate(options: ValidateOptions, io: CliIo): Promise<void> {
  const { plan, warnings } = check(await readInput(options, io.stdin));
  const { config, facts, restore } = plan;
  if (options.json) {
    const seen = {
      product: facts.product,
      fullname: facts.fullname,
      replicas: facts.replicas,
      seal: restore?.server.seal,
    };
    io.stdout(`${JSON.stringify({ valid: true, name: config.name, server: seen, warnings })}\n`);
    return;
  }
  for (const warning of warnings) io.stderr(`warning: ${warning}\n`);
  io.stderr(
    `${options.file} is valid: ${config.name}, ${facts.image} as ${facts.fullname} in ${config.release.namespace}\n`,
  );
}
