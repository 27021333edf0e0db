/** Programs of the system that the test node is made of. */
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** Those of the names that no folder of the PATH has, and of the paths that are not there. */
export async function missingPrograms(names: readonly string[]): Promise<readonly string[]> {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  const missing: string[] = [];
  for (const name of names) {
    const places = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
    const found = await Promise.any(places.map((place) => access(place, constants.X_OK))).then(
      () => true,
      () => false,
    );
    if (!found) missing.push(name);
  }
  return missing;
}
