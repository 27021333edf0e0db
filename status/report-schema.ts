/** The JSON Schema of what `lifeboat status --json` prints; its tests hold every report against it. */

const text = { type: 'string' } as const;
const textOrNull = { type: ['string', 'null'] } as const;
const numberOrNull = { type: ['integer', 'null'] } as const;

/** Every field is always there; `next` alone may be left out. */
function whole(properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', required, properties };
}

function orNull(schema: object): object {
  return { anyOf: [schema, { type: 'null' }] };
}

const judged = {
  state: text,
  turn: { enum: ['done', 'works', 'waits', 'person'] },
  says: text,
  next: { ...text, description: 'What to do, where somebody has to.' },
};

const pod = whole(
  {
    name: text,
    ready: { type: 'boolean' },
    restarts: { type: 'integer' },
    claim: orNull(whole({ name: text, phase: text })),
    ...judged,
  },
  ['next'],
);

const run = whole({
  job: text,
  result: { enum: ['succeeded', 'failed', 'running'] },
  started: textOrNull,
  finished: textOrNull,
});

const backup = whole(
  {
    cronJob: text,
    schedule: textOrNull,
    timeZone: textOrNull,
    nextRun: textOrNull,
    lastRun: orNull(run),
    lastSuccess: textOrNull,
    ...judged,
  },
  ['next'],
);

const snapshot = whole({
  key: text,
  taken: textOrNull,
  ageSeconds: numberOrNull,
  bytes: numberOrNull,
  clusterId: textOrNull,
  verified: { type: ['boolean', 'null'], description: 'Null where it could not be seen.' },
  writtenBy: { ...textOrNull, description: 'The installation, where the store was asked.' },
  source: { enum: ['store', 'job'] },
});

const restore = whole({
  key: text,
  taken: textOrNull,
  restored: text,
  clusterId: textOrNull,
  verdict: { enum: ['restored', 'in-place', 'in-place-sealed', 'not-restored'] },
  pod: { ...textOrNull, description: 'Null where a receipt in the store tells it.' },
});

const cluster = whole({
  cluster: { ...text, description: 'Of a fleet; empty where there is only this one.' },
  name: text,
  release: text,
  namespace: text,
  checked: text,
  verdict: { enum: ['well', 'act', 'under-way', 'unseen'] },
  pods: { type: 'array', items: pod },
  backup: { ...orNull(backup), description: 'Null where lifeboat.yaml has no backups.' },
  snapshot: orNull(snapshot),
  restore: orNull(restore),
  unseen: { type: 'array', items: text, description: 'What could not be seen, and why.' },
});

export const statusSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What lifeboat status --json prints',
  ...whole({ version: { const: 1 }, clusters: { type: 'array', items: cluster } }),
};
