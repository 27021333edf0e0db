/** The products' own images, for a cluster whose pods can pull. Nothing here has pulled them: no registry is in reach. */
import type { ImageName } from '../surroundings.ts';

export const OFFICIAL_IMAGES: Readonly<Record<'vault' | 'openbao', ImageName>> = {
  vault: { repository: 'docker.io/hashicorp/vault', tag: '1.21.1' },
  openbao: { repository: 'docker.io/openbao/openbao', tag: '2.7.2' },
};
