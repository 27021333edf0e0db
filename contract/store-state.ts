/** What a store holds, in as few words as `lifeboat status` needs. */
import type { Receipt } from './manifest.ts';

export interface StoreState {
  readonly description: string;
  /** Archives, with manifest or without. */
  readonly snapshots: number;
  /** What latest.json names; undefined where there is no latest.json. */
  readonly latest:
    | {
        readonly key: string;
        readonly taken: string;
        readonly clusterId: string;
        /** Its manifest is there, and speaks of the same archive as latest.json. */
        readonly verified: boolean;
        readonly bytes?: number | undefined;
        /** The installation that wrote it, as its manifest says. */
        readonly writtenBy?: string | undefined;
      }
    | undefined;
  /** The newest receipt of a restore. */
  readonly receipt: Receipt | undefined;
}

/** The store as a person's command saw it; `not-asked` where nobody gave credentials for it. */
export type StoreAnswer =
  | { readonly asked: 'no' }
  | { readonly asked: 'failed'; readonly why: string }
  | { readonly asked: 'yes'; readonly state: StoreState };
