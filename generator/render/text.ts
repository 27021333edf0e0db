/** Text files out of precompiled Handlebars templates (generator/templates). Strict: a name that is missing is an error. */
import Handlebars from 'handlebars/runtime.js';
import { templates } from '../../generated/templates.js';

/** Text of HCL in which nothing is interpolated. */
function hclTemplate(value: string): string {
  return value.replaceAll('${', '$${').replaceAll('%{', '%%{');
}

/** A string of HCL: quotes and backslashes escaped, and no interpolation. */
export function hclString(value: string): string {
  return hclTemplate(JSON.stringify(value));
}

/** The lines between `<<-EOT` and its end, of which HCL takes the indentation away. */
function heredocLines(value: string): string {
  return hclTemplate(value)
    .trimEnd()
    .replaceAll(/^(?=.)/gm, '    ');
}

/** One word of a shell command, as it is where nothing in it is special. */
export function shellQuote(value: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** The runtime's typings are empty; this is the part that is used. */
interface Runtime {
  template(specification: unknown): (data: object) => string;
  registerHelper(name: string, helper: (value: unknown) => string): void;
  registerPartial(name: string, partial: (data: object) => string): void;
}

const engine = (Handlebars as unknown as { create(): Runtime }).create();
engine.registerHelper('hclString', (value) => hclString(String(value)));
engine.registerHelper('heredoc', (value) => heredocLines(String(value)));
engine.registerHelper('shellQuote', (value) => shellQuote(String(value)));
// Those in folders are the sections of a long text: `{{> runbook/leave}}`.
for (const [name, specification] of Object.entries(templates)) {
  if (name.includes('/')) engine.registerPartial(name, engine.template(specification));
}

export type TemplateName =
  | 'vault-policy.hcl'
  | 'auth-setup.sh'
  | 'terraform-vault.tf'
  | 'terraform-store-aws.tf'
  | 'terraform-store-google.tf'
  | 'terraform-store-azure.tf'
  | 'seal.sh'
  | 'RUNBOOK.md'
  | 'REHEARSAL.md';

export function renderText(name: TemplateName, data: object): string {
  const specification: unknown = (templates as Readonly<Record<string, unknown>>)[name];
  if (specification === undefined) throw new Error(`the template ${name} is not built in`);
  return engine.template(specification)(data);
}
