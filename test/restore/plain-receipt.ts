/** The receipt of an attempt, where a test asks for nothing in it. */
import type { Receipt } from '../../contract/manifest.ts';

export const PLAIN_RECEIPT: Receipt = {
  version: 1,
  name: 'prod',
  snapshot: { key: 'snapshots/a.snap', sha256: '0'.repeat(64) },
  clusterId: 'c',
  restored: '2026-11-23T22:42:54Z',
  phases: [],
  tool: { version: 'test' },
};
