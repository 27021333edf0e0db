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

const RESOURCE = /^resource "(\w+)" "(\w+)" \{\n([\s\S]*?)^\}$/gm;

/**
 * The resources of a module as Terraform itself evaluates them, by type and name. No provider is needed: each is
 * rewritten as a local value, so what only a provider knows may not be asked for. Variables have their defaults.
 */
export async function terraformResources(
  text: string,
): Promise<Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>> {
  const types = new Set<string>();
  const rewritten = text
    .replaceAll(/^terraform \{\n[\s\S]*?^\}$/gm, '')
    .replaceAll(RESOURCE, (_all, type: string, name: string, body: string) => {
      types.add(type);
      return `locals {\n${type} = {\n${name} = {\n${body}}\n}\n}`;
    });
  // `type.name[0].field` is the one that `count` makes.
  const referred = [...types].reduce(
    (module, type) =>
      module.replaceAll(new RegExp(`\\b${type}\\.(\\w+)(\\[0\\])?\\.`, 'g'), `local.${type}.$1.`),
    rewritten,
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-terraform-'));
  try {
    writeFileSync(path.join(folder, 'main.tf'), referred);
    const all = [...types].map((type) => `${type} = local.${type}`).join(', ');
    const { code, stdout, stderr } = await terraform(['console'], `jsonencode({ ${all} })\n`, folder);
    if (code !== 0) throw new Error(stderr);
    // The answer is a string of HCL, which reads as one of JSON, around the JSON itself.
    return JSON.parse(JSON.parse(stdout) as string) as Awaited<ReturnType<typeof terraformResources>>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
