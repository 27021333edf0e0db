/** What a pod with an empty disk learns of each other server: one kind, with words for the log. */

export interface Peer {
  /** The pod's name; its address where it is none of the configured ones. */
  readonly name: string;
  /** Absent where the pod is none of the configured ones. */
  readonly ordinal?: number;
}

export type Kind =
  /** A pod like this one: its disk is empty, and lifeboat waits or restores there. */
  | 'empty'
  /** A server with data: unsealed, standby or sealed. */
  | 'initialised'
  /** A server that runs and was never initialised. */
  | 'uninitialised'
  /** A pod of lifeboat that belongs to another installation. */
  | 'stranger'
  /** It has no disk, so it never had data. */
  | 'absent'
  /** Nobody answers, and a person said that its data is lost. */
  | 'assumed-lost'
  /** Everything else. Unknown is not "no". */
  | 'unknown';

export interface Seen {
  readonly peer: Peer;
  readonly kind: Kind;
  /** What was seen, to be read after the peer's name and a colon. */
  readonly words: string;
  /** It leads: then there is a quorum. */
  readonly leads?: boolean;
}

/** What an unknown peer's case is, for the way out that is named. */
export type Trouble =
  /** Its claim is bound, so it may have data. */
  | 'bound'
  /** The pod may not ask for claims. */
  | 'denied'
  | 'other';

export interface Unknown extends Seen {
  readonly kind: 'unknown';
  readonly trouble: Trouble;
}
