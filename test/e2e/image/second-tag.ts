/** A server's image by a second tag: to the chart another version, for the node the same bytes. Own node only. */
import path from 'node:path';
import { execa } from 'execa';
import { FILES } from '../node/layout.ts';
import type { Product } from '../server-in-pod.ts';
import { surroundings } from '../surroundings.ts';
import { IMAGES } from './images.ts';

/** Undefined where the images are somebody else's to make. */
export async function secondTag(product: Product, tag: string): Promise<string | undefined> {
  const { cluster, volumesFolder } = surroundings();
  if (cluster !== 'own node' || volumesFolder === undefined) return undefined;
  // Beside the volumes, in the node's own folder: a scenario has a folder for temporary files of its own.
  const socket = path.join(path.dirname(volumesFolder), path.basename(FILES.containerdSocket));
  const { repository, tag: first } = IMAGES[product];
  const ctr = ['--address', socket, '-n', 'k8s.io', 'images', 'tag', '--force'];
  await execa('ctr', [...ctr, `${repository}:${first}`, `${repository}:${tag}`], { stdin: 'ignore' });
  return tag;
}
