/** The text of one lifeboat.yaml as a fleet of clusters that differ in their names alone. */
export function asFleet(text: string, clusters: Readonly<Record<string, string>>): string {
  const common = text
    .replace(/^version: 1\n/, '')
    .replace(/^name: .*\n/m, '')
    .replaceAll(/^(?=.)/gm, '  ');
  const entries = Object.entries(clusters).map(([key, name]) => `  ${key}: {name: ${name}}\n`);
  return `version: 1\ndefaults:\n${common}clusters:\n${entries.join('')}`;
}
