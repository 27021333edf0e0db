/** Which shares to try together where not all of them fit: every choice in the end, the likeliest first. */

/** All choices of `size` out of 0..n-1, in lexical order. */
export function* choices(n: number, size: number): Generator<readonly number[]> {
  const picked = Array.from({ length: size }, (_, i) => i);
  while (true) {
    yield [...picked];
    let i = size - 1;
    while (i >= 0 && picked[i] === n - size + i) i--;
    if (i < 0) return;
    picked[i] = (picked[i] as number) + 1;
    for (let j = i + 1; j < size; j++) picked[j] = (picked[j - 1] as number) + 1;
  }
}

/** Choices of 2 to n-1 out of 0..n-1: one left out, then two taken, then two left out, then three taken, ... */
export function* shareSubsets(n: number): Generator<readonly number[]> {
  const sizes = Array.from({ length: Math.max(0, n - 2) }, (_, i) => i + 2);
  const rarest = (size: number) => Math.min(size, n - size);
  for (const size of sizes.sort((a, b) => rarest(a) - rarest(b) || b - a)) yield* choices(n, size);
}
