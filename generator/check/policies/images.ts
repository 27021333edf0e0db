/** An image that can be another one tomorrow is not the one that was tested today. */
import { type Policy, podsOfOurs } from './view.ts';

/** A whole version: three numbers, perhaps with more behind. `1` and `1.21` move, `latest` and `main` do, too. */
const WHOLE_VERSION = /^v?\d+\.\d+\.\d+(?:[-+.][\w.+-]+)?$/;

export function isPinned(image: string): boolean {
  const [name = '', digest] = image.split('@');
  if (digest !== undefined) return /^sha256:[0-9a-f]{64}$/.test(digest);
  const tag = name.slice(name.lastIndexOf('/') + 1).split(':')[1];
  return tag !== undefined && WHOLE_VERSION.test(tag);
}

export const imagePinned: Policy = (view) => {
  const seen = podsOfOurs(view).flatMap(({ pod, containers }) => [
    ...containers.map(({ image }) => ({ image, path: ['image'] })),
    ...(pod.initContainers ?? [])
      .filter(({ name }) => name === 'lifeboat-restore')
      .map(({ image }) => ({ image, path: ['release', 'values'] })),
  ]);
  const moving = new Map(seen.filter(({ image }) => !isPinned(image)).map((one) => [one.image, one]));
  return [...moving.values()].map(({ image, path }) => ({
    message: `the image ${image} can be another one tomorrow: name a digest, or the tag of one whole version`,
    path,
    level: 'warning',
  }));
};
