/** How long something took, or how old it is, in its two largest units. */

/** `3 d 4 h`, `2 h 5 min`, `12 s` */
export function ageText(from: Date, to: Date): string {
  const total = Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
  const units = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor((total % 86_400) / 3600), 'h'],
    [Math.floor((total % 3600) / 60), 'min'],
    [total % 60, 's'],
  ] as const;
  const first = units.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
