/** All scenarios that there are, as their own files declare them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Declared, ONLY_VARIABLE, takeDeclared } from '../scenario.ts';

const FOLDER = path.resolve(import.meta.dirname, '../scenarios');

export interface KnownScenario extends Declared {
  readonly file: string;
}

/** Loads the files for what they declare; nothing of them is run in this process. */
export async function knownScenarios(folder = FOLDER): Promise<readonly KnownScenario[]> {
  process.env[ONLY_VARIABLE] = '';
  const known: KnownScenario[] = [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.scenario.ts'));
  for (const file of names.sort().map((name) => path.join(folder, name))) {
    takeDeclared();
    await import(pathToFileURL(file).href);
    const declared = takeDeclared();
    if (declared.length === 0) throw new Error(`${file} declares no scenario (test/e2e/scenario.ts)`);
    known.push(...declared.map((one) => ({ ...one, file })));
  }
  const twice = known.find(({ name }, index) => known.findIndex((one) => one.name === name) !== index);
  if (twice !== undefined) throw new Error(`two scenarios are named ${twice.name}`);
  return known;
}
