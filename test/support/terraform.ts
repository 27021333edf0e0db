/** Terraform, where this machine has it: no registry of packages serves it, so that its absence is excused everywhere. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { execa } from 'execa';

const PROGRAM = process.env.TERRAFORM_BIN ?? 'terraform';
/** Nothing of the person who runs the tests, and no question to the network. */
const ENVIRONMENT = { TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function terraform(args: readonly string[], input: string, cwd?: string): Promise<Ran> {
  const options = { input, env: ENVIRONMENT, reject: false, ...(cwd === undefined ? {} : { cwd }) };
  const { exitCode, stdout, stderr } = await execa(PROGRAM, args, options);
  return { code: exitCode, stdout, stderr };
}

/** False where the test was skipped and must return. */
export async function hasTerraform(t: TestContext): Promise<boolean> {
  if ((await terraform(['version'], '')).code === 0) return true;
  t.skip('terraform is not on this machine (TERRAFORM_BIN names one)');
  return false;
}

/** Parses a file and says how `terraform fmt` would write it otherwise: code 0 where it is as it should be. */
export function terraformFormat(text: string): Promise<Ran> {
  return terraform(['fmt', '-check', '-diff', '-'], text);
}

type Fields = Readonly<Record<string, unknown>>;
/** By type and name. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Fields>>>>;

const RESOURCE = /^resource "(\w+)" "(\w+)" \{\n([\s\S]*?)^\}$/gm;

/** Each resource as a local value `type__name`, and nothing that only a provider or a second step knows. */
function withoutProviders(text: string): { readonly module: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const local = text
    .replaceAll(/^(?:terraform|provider "\w+"|output "\w+") \{\n[\s\S]*?^\}$/gm, '')
    .replaceAll(/^ *depends_on += .*$/gm, '')
    .replaceAll(RESOURCE, (_all, type: string, name: string, body: string) => {
      names.push(`${type}__${name}`);
      return `locals {\n${type}__${name} = {\n${body.replaceAll(/^( *\w+) \{$/gm, '$1 = {')}}\n}`;
    });
  // `type.name[0].field` is the one that `count` makes.
  const module = names.reduce((all, name) => {
    const [type = '', own = ''] = name.split('__');
    return all.replaceAll(new RegExp(`\\b${type}\\.${own}(\\[0\\])?\\.`, 'g'), `local.${name}.`);
  }, local);
  return { module, names };
}

/**
 * The resources of a module as Terraform itself evaluates them. No provider is needed, so what only a provider knows may
 * not be asked for. Variables have their defaults, or what is given here.
 */
export async function terraformResources(
  text: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Resources> {
  const { module, names } = withoutProviders(text);
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-terraform-'));
  try {
    writeFileSync(path.join(folder, 'main.tf'), module);
    const all = names.map((name) => `${name} = local.${name}`).join(', ');
    const given = Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
    const { code, stdout, stderr } = await terraform(
      ['console', ...given],
      `jsonencode({ ${all} })\n`,
      folder,
    );
    if (code !== 0) throw new Error(stderr);
    // The answer is a string of HCL, which reads as one of JSON, around the JSON itself.
    return byType(JSON.parse(JSON.parse(stdout) as string) as Readonly<Record<string, Fields>>);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function byType(values: Readonly<Record<string, Fields>>): Resources {
  const found: Record<string, Record<string, Fields>> = {};
  for (const [full, fields] of Object.entries(values)) {
    const [type = '', name = ''] = full.split('__');
    found[type] = { ...found[type], [name]: fields };
  }
  return found;
}
