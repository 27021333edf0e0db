/**
 * The official charts take mistyped and moved values in silence. So each value of the overlay is looked for where
 * the chart must have put it. Pure: the overlay and the rendered objects in, sentences out.
 */
import { parse } from 'yaml';
import { asJson } from '../../contract/config-stanzas.ts';
import { isMap, type Values } from '../chart/values.ts';
import type { Plan } from '../plan/plan.ts';
import { ANYTHING, difference, shown } from './difference.ts';
import { type Container, type Manifest, type PodSpec, type StatefulSet, serverIn } from './manifests.ts';

interface Rendered {
  readonly set: StatefulSet;
  readonly pod: PodSpec;
  readonly server: Container | undefined;
  readonly manifests: readonly Manifest[];
  readonly plan: Plan;
}

interface Place {
  /** What of the rendered objects stands for the value. */
  readonly found: (rendered: Rendered) => unknown;
  /** The value as Kubernetes has it, where the chart gives it another form. */
  readonly wanted?: (value: unknown, plan: Plan) => unknown;
  /**
   * Of a list: what makes two entries the same one; others may stand beside them, as beside the
   * entries of a map. Without it the whole is compared.
   */
  readonly sameEntry?: (entry: Values) => string;
}

const named = (entry: Values): string => String(entry.name);

function eachText(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((child) => eachText(child, change));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, eachText(child, change)]));
}

/** Containers of ours, whose braces are escaped for a chart that evaluates templates. */
const OURS = /^lifeboat-/;

/** Our escape is undone; what the chart makes of the user's own templates is not for us to say. */
function initContainers(value: unknown, plan: Plan): unknown {
  if (!Array.isArray(value) || !plan.facts.chart.traits.initContainersAreTemplates) return value;
  const ours = (text: string): string => text.replaceAll('{{`{{`}}', '{{');
  const theirs = (text: string): unknown => (text.includes('{{') ? ANYTHING : text);
  return value.map((container) =>
    eachText(container, isMap(container) && OURS.test(String(container.name)) ? ours : theirs),
  );
}

/** The charts take a text as well as a map, and evaluate the text as a template. */
function annotations(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return eachText(parse(value), (text) => (text.includes('{{') ? ANYTHING : text));
}

function serviceAccountOf({ manifests, plan }: Rendered): Manifest | undefined {
  return manifests.find(
    ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === plan.facts.account.name,
  );
}

/** Without the line that the charts add, and the space around it; of a text with templates nothing can be said. */
function raftConfig(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.includes('{{')) return ANYTHING;
  const json = asJson(value);
  if (json !== undefined) return { disable_mlock: true, ...json };
  return value
    .trim()
    .replaceAll(/^disable_mlock = true\n|\ndisable_mlock = true$/g, '')
    .trim();
}

function raftConfigOf({ manifests, plan }: Rendered): unknown {
  const name = `${plan.facts.fullname}-config`;
  const config = manifests.find((one) => one.kind === 'ConfigMap' && one.metadata.name === name);
  return raftConfig(config?.data?.['extraconfig-from-values.hcl']);
}

/** Where each value of the overlay must be found. */
const PLACES: Readonly<Record<string, Place>> = {
  'global.imagePullSecrets': {
    found: ({ pod }) => pod.imagePullSecrets,
    wanted: (value) =>
      Array.isArray(value) ? value.map((entry) => (isMap(entry) ? entry : { name: entry })) : value,
    sameEntry: named,
  },
  'server.extraInitContainers': {
    found: ({ pod }) => pod.initContainers,
    wanted: initContainers,
  },
  'server.volumes': { found: ({ pod }) => pod.volumes, sameEntry: named },
  'server.volumeMounts': {
    found: ({ server }) => server?.volumeMounts,
    sameEntry: ({ name, mountPath }) => `${name} at ${mountPath}`,
  },
  'server.postStart': { found: ({ server }) => server?.lifecycle?.postStart?.exec?.command },
  'server.serviceAccount.annotations': {
    found: (rendered) => serviceAccountOf(rendered)?.metadata.annotations ?? undefined,
    wanted: annotations,
  },
  'server.ha.raft.config': { found: raftConfigOf, wanted: raftConfig },
  'server.extraLabels': { found: ({ set }) => set.spec.template.metadata?.labels },
};

/** `server.volumes`, `global.imagePullSecrets`, ...: the values that the overlay sets, each with its path. */
function leaves(values: Values, path = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return here in PLACES || !isMap(value) ? [[here, value] as const] : leaves(value, here);
  });
}

function sentence(key: string, wanted: unknown, got: unknown, chart: string): string {
  return got === undefined
    ? `${key} does not arrive: ${chart} renders nothing for ${shown(wanted)}`
    : `${key} arrives changed in what ${chart} renders: ${shown(wanted)} became ${shown(got)}`;
}

function lost(key: string, value: unknown, rendered: Rendered, chart: string): readonly string[] {
  const place = PLACES[key];
  if (place === undefined) return [`${key} is emitted, and no check knows where it must arrive`];
  const wanted = place.wanted?.(value, rendered.plan) ?? value;
  const got = place.found(rendered);
  const { sameEntry } = place;
  const compare = (at: string, one: unknown, other: unknown): readonly string[] => {
    const found = difference(one, other, at);
    return found === undefined ? [] : [sentence(found.path, found.wanted, found.got, chart)];
  };
  if (isMap(wanted)) {
    const there = isMap(got) ? got : {};
    return Object.entries(wanted).flatMap(([name, one]) => compare(`${key}.${name}`, one, there[name]));
  }
  if (!Array.isArray(wanted)) return compare(key, wanted, got);
  if (sameEntry === undefined) {
    const same = Array.isArray(got) && got.length === wanted.length;
    if (!same) return compare(key, wanted, got);
    return wanted.flatMap((entry, index) => compare(`${key}[${index}]`, entry, got[index]));
  }
  const entries = (Array.isArray(got) ? got : []).filter(isMap);
  return wanted.filter(isMap).flatMap((entry, index) =>
    compare(
      `${key}[${index}]`,
      entry,
      entries.find((other) => sameEntry(other) === sameEntry(entry)),
    ),
  );
}

/** One sentence for each value that is lost or changed. `chart` is the name of what rendered, for the sentences. */
export function lostValues(
  overlay: Values,
  set: StatefulSet,
  manifests: readonly Manifest[],
  plan: Plan,
  chart: string,
): readonly string[] {
  const server = serverIn(set, plan.facts.product);
  const rendered: Rendered = { set, pod: set.spec.template.spec, server, manifests, plan };
  return leaves(overlay).flatMap(([key, value]) => lost(key, value, rendered, chart));
}
