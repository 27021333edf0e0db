/** A cluster that scenarios run on, from its start to its end. Three kinds: choose-cluster.ts says which one it is. */
import type { Surroundings } from '../surroundings.ts';

export interface Cluster {
  /** For people. */
  readonly title: string;
  readonly kubeconfig: string;
  /** What goes before a command that shall reach the cluster. */
  readonly enter: readonly string[];
  /** A folder for what the run writes; it goes away with the cluster. */
  readonly scratch: string;
  /** A folder that all runs on this cluster have in common. */
  readonly locks: string;
  /** Clears what a killed run left, and starts it. Nothing is begun after the signal. */
  start(signal: AbortSignal): Promise<void>;
  /** Makes the images and brings them to where pods find them. */
  prepareImages(): Promise<void>;
  surroundings(): Promise<Surroundings>;
  /** The logs of the daemons, into a folder. */
  collectJournal(folder: string): Promise<void>;
  /** The commands for a person, for a cluster that is kept. */
  howToReach(): string;
  /** Leaves nothing behind; may be called at any time, also twice. */
  end(): Promise<void>;
}

/** Why there is no run, and what to do. */
export class CannotRun extends Error {
  readonly next: string;
  /** `here`: this machine lacks something, nothing was tested and nothing failed. `told`: it was told wrong. */
  readonly fault: 'here' | 'told';

  constructor(why: string, next: string, fault: 'here' | 'told' = 'told') {
    super(why);
    this.name = 'CannotRun';
    this.next = next;
    this.fault = fault;
  }
}
