/**
 * Does the second init container run the server's own version? It has the server's image as a literal, which a chart or a
 * `--set` that changes the tag does not reach. A snapshot of a newer server is nothing for an older one.
 */
import { type Answer, finding, type InsideFacts, ok } from '../../../contract/doctor.ts';
import { isOlder } from '../../../contract/version-order.ts';
import { serverIn } from '../../check/manifests.ts';
import type { Expected } from '../expected.ts';
import type { LiveFacts } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';
import { setOf } from './release.ts';

function newerSnapshot({ commands }: Expected, facts: InsideFacts | undefined): readonly Answer[] {
  const { server, snapshot } = facts ?? {};
  if (server === undefined || snapshot === undefined || !isOlder(server.version, snapshot.version)) return [];
  return [
    finding(
      'versions',
      `the server is ${server.version}, and the newest snapshot ${snapshot.key} is of ${snapshot.version}: a restore into the older one is refused`,
      `set server.image.tag to ${snapshot.version} or newer in your values, then ${commands.render} && ${commands.server}`,
    ),
  ];
}

export function versionsAnswers(
  expected: Expected,
  live: LiveFacts,
  facts: InsideFacts | undefined,
): readonly Answer[] {
  const { plan, commands } = expected;
  const check = 'versions';
  const older = newerSnapshot(expected, facts);
  return withSeen(live.set, { check, ...setOf(expected) }, expected, (set) => {
    const { what } = setOf(expected);
    const server = serverIn(set, plan.facts.product);
    const restore = set.spec.template.spec.initContainers?.find(({ name }) => name === 'lifeboat-restore');
    const again = `${commands.render} && ${commands.server}`;
    if (server !== undefined && restore !== undefined && server.image !== restore.image)
      return [
        finding(
          check,
          `${what}: the server is ${server.image}, and lifeboat-restore still ${restore.image}: a restore would start the other version first`,
          plan.facts.image === server.image
            ? again
            : `write the server's tag into a file of release.values, then ${again}`,
        ),
        ...older,
      ];
    if (server !== undefined && server.image !== plan.facts.image)
      return [
        finding(
          check,
          `${what} runs ${server.image}, and your values say ${plan.facts.image}`,
          `write the server's tag into a file of release.values, or deploy yours: ${again}`,
        ),
        ...older,
      ];
    if (older.length > 0) return older;
    const compared =
      facts?.snapshot === undefined ? '' : `; the newest snapshot is of ${facts.snapshot.version}`;
    return [ok(check, `server and restore run ${plan.facts.image}${compared}`)];
  });
}
