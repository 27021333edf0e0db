/** The version of this build: written into the bundle by scripts/build.mjs, `0.0.0-source` when run from the sources. */
declare const __LIFEBOAT_VERSION__: string | undefined;

export const VERSION: string =
  typeof __LIFEBOAT_VERSION__ === 'string' ? __LIFEBOAT_VERSION__ : '0.0.0-source';
