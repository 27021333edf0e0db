/** Is the image of lifeboat the rendered one, everywhere, and can the nodes have every image that the pods name? */
import { type Answer, finding, ok } from '../../../contract/doctor.ts';
import { podOf } from '../../check/manifests.ts';
import { imageReference } from '../../render/image.ts';
import type { Expected } from '../expected.ts';
import type { ContainerStatus, LiveFacts, Pod } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';
import { setOf } from './release.ts';

/** Why a container waits, where the reason is its image. */
const NO_IMAGE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError',
]);

function statuses({ status }: Pod): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function unpulled(pods: readonly Pod[], { commands, plan }: Expected, namespace: string): readonly Answer[] {
  return pods.flatMap((pod) =>
    statuses(pod)
      .filter(({ state }) => NO_IMAGE.has(state?.waiting?.reason ?? ''))
      .map(({ name, image, state }) => {
        const ours =
          image === imageReference(plan.config.image) || name === 'lifeboat-init' || name === 'backup';
        const push = ours
          ? `build and push it (docs/image.md), or set image in lifeboat.yaml and ${commands.render}`
          : 'correct server.image in your values';
        return finding(
          'image',
          `${pod.metadata.name}: the node cannot have the image ${image} of ${name} (${state?.waiting?.reason})`,
          `${push}; what the node says: ${commands.kubectl(`describe pod ${pod.metadata.name} -n ${namespace}`)}`,
        );
      }),
  );
}

export function imageAnswers(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { plan, commands } = expected;
  const { config, names } = plan;
  const check = 'image';
  const wanted = imageReference(config.image);
  const other = (where: string, image: string | undefined, fix: string): readonly Answer[] =>
    image === undefined || image === wanted
      ? []
      : [finding(check, `${where} has the image ${image}, and lifeboat.yaml says ${wanted}`, fix)];

  const inServer = withSeen(live.set, { check, ...setOf(expected) }, expected, ({ spec }) => {
    const init = spec.template.spec.initContainers?.find(({ name }) => name === 'lifeboat-init');
    return other(
      `lifeboat-init of ${setOf(expected).what}`,
      init?.image,
      `${commands.render} && ${commands.server}`,
    );
  });
  const { namespace } = config.backup;
  const job = {
    check,
    what: `the CronJob ${namespace}/${names.lifeboat}`,
    right: `get cronjobs.batch -n ${namespace}`,
  } as const;
  const inBackup = withSeen(live.cronJob, job, expected, (cronJob) =>
    other(
      job.what,
      podOf(cronJob).containers.find(({ name }) => name === 'backup')?.image,
      `${commands.render} && ${commands.backup}`,
    ),
  );
  const pods = (of: string, there: string) =>
    ({ check, what: `the pods of ${of}`, right: `list pods -n ${there}` }) as const;
  const found = [
    ...inServer,
    ...inBackup,
    ...withSeen(live.pods, pods('the server', config.release.namespace), expected, (all) =>
      unpulled(all, expected, config.release.namespace),
    ),
    ...withSeen(live.backupPods, pods('the backup', namespace), expected, (all) =>
      unpulled(all, expected, namespace),
    ),
  ];
  return found.length > 0 ? found : [ok(check, `${wanted}, as rendered; no pod waits for an image`)];
}
