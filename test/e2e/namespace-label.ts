/** Marks a namespace as one of a scenario, which a later run of the same name may remove. */
const KEY = 'lifeboat-e2e';
const RUN = process.env.LIFEBOAT_E2E_NODE ?? 'scenario';

export const E2E_LABEL = `${KEY}=${RUN}`;
export const E2E_LABELS: Readonly<Record<string, string>> = { [KEY]: RUN };
