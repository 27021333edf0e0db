/**
 * The CronJob by itself: its schedule fires, no second backup starts while one runs, and of the finished ones as many are
 * kept as the history limit says.
 */
import assert from 'node:assert/strict';
import type { S3Server } from '../../support/start-s3.ts';
import { firstInstall } from '../first-install.ts';
import { eventually, kubectl, tryKubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

interface Job {
  readonly metadata: {
    readonly name: string;
    readonly ownerReferences?: readonly { readonly controller?: boolean }[];
  };
  readonly status: { readonly active?: number; readonly succeeded?: number };
}

for (const product of ['openbao', 'vault'] as const) {
  scenario(`scheduled backups of ${product}`, { value: 7, seconds: 240 }, (it) => {
    const namespace = `scheduled-${product}`;
    let s3: S3Server;
    let release: Release;
    let first: string;

    /** Those that the schedule started; what a person makes of the CronJob is nobody's to remove. */
    async function scheduled(): Promise<readonly Job[]> {
      const { items } = JSON.parse(await kubectl(['get', 'jobs', '-n', namespace, '-o', 'json'])) as {
        readonly items: readonly Job[];
      };
      return items.filter(({ metadata }) => metadata.ownerReferences?.some(({ controller }) => controller));
    }

    /** The names of those that ended well, once there is one that is not this. */
    function ended(but?: string): Promise<readonly string[]> {
      return eventually('a scheduled backup that ended well', async () => {
        const jobs = await scheduled();
        const names = jobs
          .filter(({ status }) => status.succeeded === 1)
          .map(({ metadata }) => metadata.name);
        return names.some((name) => name !== but) ? { answer: names } : { seen: JSON.stringify(jobs) };
      });
    }

    it.before(async () => {
      s3 = await it.store();
      release = await it.release({ product, namespace, s3, config: { backup: { schedule: '* * * * *' } } });
      await release.render();
      const keys = await firstInstall(release);
      await release.setUpLogin(keys.root);
    });

    it.step('the schedule starts a backup, and it ends well', async () => {
      await release.installBackup('--set', 'backup.successfulJobsHistoryLimit=1');

      [first = ''] = await ended();

      assert.match(
        await kubectl(['logs', '-n', namespace, `job/${first}`]),
        /BACKED UP .*verified, read back/,
      );
    });

    it.step('no second one starts while a store that answers nothing keeps one busy', async () => {
      s3.pause();
      const events = [
        'get',
        'events',
        '-n',
        namespace,
        '--field-selector',
        'reason=JobAlreadyActive',
        '-o',
        'name',
      ];
      try {
        await eventually('a run that was left out', async () => {
          const { stdout } = await tryKubectl(events);
          return stdout === '' ? { seen: JSON.stringify(await scheduled()) } : { answer: undefined };
        });
        assert.equal((await scheduled()).filter(({ status }) => status.active === 1).length, 1);
      } finally {
        s3.resume();
      }
    });

    it.step('it goes on when the store answers, and then it is the one finished run that is kept', async () => {
      await ended(first);

      await eventually('one finished run', async () => {
        const names = await ended(first);
        return names.length === 1 && names[0] !== first ? { answer: undefined } : { seen: names.join(', ') };
      });
    });
  });
}
