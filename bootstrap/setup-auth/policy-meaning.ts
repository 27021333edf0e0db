/** Whether two policies allow the same: comments, spaces and the order of capabilities are no difference. */
import { hclItems } from '../../contract/hcl-items.ts';

function settingOf(body: string): string {
  const text = body.trim();
  if (!text.startsWith('[')) return text;
  const words = text.slice(1, -1).split(',');
  return [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))].sort().join(',');
}

/** One line a rule; undefined where the text is not read (JSON, or no HCL at all). */
function rulesOf(text: string): readonly string[] | undefined {
  try {
    return hclItems(text)
      .map(({ name, labels, kind, body }) => {
        const fields = kind === 'block' ? hclItems(body) : [];
        const settings = fields.map((field) => `${field.name} ${field.kind} ${settingOf(field.body)}`);
        return JSON.stringify([name, labels, kind === 'block' ? settings.sort() : body.trim()]);
      })
      .sort();
  } catch {
    return undefined;
  }
}

export function samePolicy(one: string, other: string): boolean {
  if (one.trim() === other.trim()) return true;
  const [rules, others] = [rulesOf(one), rulesOf(other)];
  return rules !== undefined && others !== undefined && rules.join('\n') === others.join('\n');
}
