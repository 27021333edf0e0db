/** With several servers: does the live configuration lead each of them to the others? One that nobody leads stays alone. */
import { type Answer, finding, ok, unknown } from '../../../contract/doctor.ts';
import { missingPeers } from '../../chart/retry-join.ts';
import type { Expected } from '../expected.ts';
import type { LiveFacts } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';
import { setOf } from './release.ts';

const CONFIG_FILE = 'extraconfig-from-values.hcl';

export function retryJoinAnswers(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { plan, commands } = expected;
  const { facts, config } = plan;
  const check = 'retry-join';
  const { namespace } = config.release;
  return withSeen(live.set, { check, ...setOf(expected) }, expected, ({ spec: { replicas } }) => {
    if (replicas < 2) return [ok(check, 'one replica: there is nobody to join')];
    const name = `${facts.fullname}-config`;
    const looked = {
      check,
      what: `the ConfigMap ${namespace}/${name}`,
      right: `get configmaps -n ${namespace}`,
    } as const;
    const unread = (why: string): readonly Answer[] => [
      unknown(check, `${replicas} replicas, and ${why}`, 'see that it has a retry_join for each server'),
    ];
    return withSeen(
      live.serverConfig,
      looked,
      expected,
      ({ data }) => {
        const text = data?.[CONFIG_FILE];
        if (text === undefined) return unread(`${looked.what} has no ${CONFIG_FILE}`);
        let missing: readonly string[];
        try {
          missing = missingPeers({ ...facts, replicas, config: { ...facts.config, text } });
        } catch {
          return unread(`the configuration in ${looked.what} cannot be read`);
        }
        if (missing.length === 0) return [ok(check, `${replicas} replicas, and a retry_join leads to each`)];
        return [
          finding(
            check,
            `${replicas} replicas, and no retry_join of the live configuration leads to ${missing.join(', ')}`,
            `set vault.raftConfig: render in lifeboat.yaml, then ${commands.render} && ${commands.server}, and restart the servers one by one`,
          ),
        ];
      },
      () => unread(`${looked.what} is not there`),
    );
  });
}
