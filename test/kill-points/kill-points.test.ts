/**
 * Some of the kill points, where a restore is most easily lost; `npm run killpoints` tries all of them. Real servers, a
 * real S3 server; the kubelet is played by the stand-in of the pod.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Product } from '../support/pod/world.ts';
import { whyMissing } from '../support/skip.ts';
import { type Point, Scene, type Seal } from './scene.ts';

const DATA = { vault: '/vault/data', openbao: '/openbao/data' } as const;

interface Moment extends Omit<Point, 'newPod'> {
  readonly disk: string;
}

function momentsOf(product: Product, seal: Seal): readonly Moment[] {
  const data = DATA[product];
  const attempt = `${data}/.lifeboat/attempt-1`;
  const restored = seal === 'shamir' ? 'snapshot-force' : 'snapshot';
  return [
    {
      place: 'lifeboat-restore',
      who: 'server',
      name: `after answer to request POST /v1/sys/storage/raft/${restored}`,
      disk: 'restore',
    },
    {
      place: 'lifeboat-restore',
      who: 'container',
      name: `after rename ${attempt}/complete.json.part to ${attempt}/complete.json`,
      disk: 'swap',
    },
    {
      place: 'lifeboat-restore',
      who: 'container',
      name: `after rename ${attempt}/data/raft to ${data}/raft`,
      disk: 'finish-swap',
    },
    { place: 'worker', who: 'container', name: 'after answer to request GET /v1/sys/health', disk: 'leave' },
  ];
}

const PAIRS = [
  { product: 'vault', seal: 'shamir', binary: 'vault' },
  { product: 'openbao', seal: 'transit', binary: 'bao' },
] as const;

for (const { product, seal, binary } of PAIRS) {
  const skip =
    (await whyMissing(binary)) ?? (await whyMissing('vault')) ?? (await whyMissing('versitygw')) ?? false;
  describe(`kill -9 on ${product} with ${seal}`, { skip }, () => {
    let scene: Scene;
    before(async () => {
      scene = await Scene.create(product, seal);
    });
    after(() => scene.end());

    for (const [index, { disk, ...point }] of momentsOf(product, seal).entries()) {
      test(`${point.who} dies ${point.name}: the same Vault comes back`, async () => {
        const outcome = await scene.try({ ...point, newPod: index % 2 === 0 });

        assert.equal(outcome.disk, disk, 'the moment was another one');
        assert.ok(outcome.starts > 0, 'nobody died');
      });
    }
  });
}
