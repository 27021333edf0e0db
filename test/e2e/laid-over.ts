/** One tree of settings laid over another as Helm layers values files: maps key by key, all else replaced. */
export interface Tree {
  readonly [key: string]: unknown;
}

export function laidOver(under: Tree, over: Tree): Tree {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isTree(below) && isTree(value) ? laidOver(below, value) : value;
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
