/** Marks a namespace as one of a scenario, which a later run may remove. */
export const E2E_LABEL = 'lifeboat-e2e=scenario';
export const E2E_LABELS: Readonly<Record<string, string>> = { 'lifeboat-e2e': 'scenario' };
