import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG_VARIABLE } from '../../contract/pod.ts';
import { effects } from './effects.ts';
import type { DeployedValues } from './view.ts';

interface Told {
  readonly bucket?: string;
  readonly schedule?: string;
  readonly suspend?: boolean;
  readonly keepLast?: number;
  readonly tag?: string;
  readonly restore?: object | null;
}

/** Both values files, as far as effects look at them. */
function deployed(told: Told = {}): DeployedValues {
  const {
    bucket = 'b',
    schedule = '0 1 * * *',
    suspend = false,
    keepLast = 14,
    tag = '1',
    restore = {},
  } = told;
  const store = { s3: { bucket, prefix: 'p' } };
  const slice = {
    name: 'n',
    store,
    server: { seal: 'shamir' },
    restore: { snapshot: { latest: {} }, whenNoSnapshot: 'stop', unseal: { shares: '/x' }, ...restore },
  };
  const env = [{ name: CONFIG_VARIABLE, value: JSON.stringify(slice) }];
  return {
    vault: restore === null ? {} : { server: { extraInitContainers: [{ name: 'lifeboat-init', env }] } },
    lifeboat: {
      image: { repository: 'r', tag },
      config: { name: 'n', store, retention: { keepLast } },
      backup: { schedule, timeZone: 'Etc/UTC', suspend },
    },
  };
}

const told = (before: Told, after: Told): string =>
  effects(deployed(before), deployed(after))
    .map(({ level, text }) => `${level}: ${text}`)
    .join('\n');

test('nothing is said where nothing changes, or nothing was there', () => {
  assert.equal(told({}, {}), '');
  assert.deepEqual(effects({ vault: undefined, lifeboat: undefined }, deployed()), []);
});

test('what could lose backups is a warning', () => {
  assert.match(
    told({}, { bucket: 'other' }),
    /^warning: snapshots go elsewhere: s3 other\/p\/n instead of s3 b\/p\/n/,
  );
  assert.match(told({}, { keepLast: 3 }), /^warning: .*all but the newest 3/);
  assert.match(told({}, { suspend: true }), /^warning: backups are suspended/);
});

test('what keeps more, or at another time, is told', () => {
  assert.equal(told({}, { keepLast: 30 }), 'info: 30 snapshots are kept instead of 14.');
  assert.match(
    told({}, { schedule: '5 5 * * *' }),
    /^info: backups run at 5 5 \* \* \* \(Etc\/UTC\) instead of/,
  );
  assert.match(told({}, { tag: '2' }), /^info: the image of lifeboat is r:2 instead of r:1/);
  assert.match(told({ suspend: true }, {}), /^info: backups are taken again/);
});

test('what a restore would do otherwise is told, and warned of where it gives an empty or a sealed Vault', () => {
  assert.match(told({}, { restore: { whenNoSnapshot: 'install' } }), /^warning: .*new, empty Vault/);
  assert.match(told({ restore: { whenNoSnapshot: 'install' } }, {}), /^info: .*stops the pod/);
  assert.match(
    told({}, { restore: { unseal: { manual: {} } } }),
    /^warning: the server is unsealed by people/,
  );
  assert.match(told({ restore: { unseal: { manual: {} } } }, {}), /^info: .*with the shares of a Secret/);
  assert.match(
    told({}, { restore: { snapshot: { key: 'snapshots/x' } } }),
    /^info: of the snapshots snapshots\/x/,
  );
  assert.match(told({}, { restore: null }), /^warning: restores are taken away/);
  assert.match(told({ restore: null }, {}), /^info: server pods that find an empty disk restore/);
  assert.match(
    told({}, { restore: null }),
    /info: the server pods take the new values of the official chart at their next restart/,
  );
});
