/** Which of two versions of a server is the older one. */

/** `1.21.1+ent` -> [1, 21, 1]; undefined where the text is no version. */
function versionNumbers(text: string): readonly number[] | undefined {
  const m = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text);
  return m === null ? undefined : [Number(m[1]), Number(m[2]), Number(m[3])];
}

/** False where either text is no version. */
export function isOlder(a: string, b: string): boolean {
  const left = versionNumbers(a);
  const right = versionNumbers(b);
  if (left === undefined || right === undefined) return false;
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
