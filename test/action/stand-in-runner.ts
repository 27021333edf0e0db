/**
 * Stands in for GitHub's runner, as far as action.yml needs one: it runs the steps of a composite action with bash, in
 * their order, fills `${{ }}` into their environment and conditions, and reads the files that they write for it.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Step {
  readonly id?: string;
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const ACTION = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as Action;

export interface Job {
  /** The repository, as a checkout left it. */
  readonly workspace: string;
  readonly temp: string;
  readonly event: { readonly name: string; readonly payload: unknown };
  readonly inputs?: Readonly<Record<string, string>>;
  readonly api: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  /** Of the first step that failed, else 0. */
  readonly code: number;
  readonly steps: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly log: string;
}

type Scope = Readonly<Record<string, string>>;

/** The few expressions that action.yml uses: names, and comparisons joined by `&&`. */
function evaluate(expression: string, scope: Scope): string {
  const term = (text: string): string => {
    const word = text.trim();
    const literal = /^'(.*)'$/.exec(word)?.[1];
    if (literal !== undefined) return literal;
    const value = scope[word];
    if (value === undefined) throw new Error(`the stand-in of the runner does not know ${word}`);
    return value;
  };
  const holds = (part: string): boolean => {
    const [, left = '', is = '', right = ''] = /^(.*?)(==|!=)(.*)$/.exec(part) ?? [];
    return (term(left) === term(right)) === (is === '==');
  };
  if (!/[=&]/.test(expression)) return term(expression);
  return String(expression.split('&&').every(holds));
}

function filled(text: string, scope: Scope): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_all, expression: string) => evaluate(expression, scope));
}

function outputsIn(file: string): readonly (readonly [string, string])[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
}

export async function runAction({ workspace, temp, event, inputs = {}, api, env = {} }: Job): Promise<Ran> {
  mkdirSync(temp, { recursive: true });
  const folder = mkdtempSync(path.join(temp, 'runner-'));
  const file = (name: string, text = ''): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const summary = file('summary.md');
  const runnerEnv = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    GITHUB_ACTION_PATH: ROOT,
    GITHUB_API_URL: api,
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(event.payload)),
    GITHUB_REPOSITORY: 'acme/platform',
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: temp,
    ...env,
  };
  const scope: Record<string, string> = {
    'github.event_name': event.name,
    'github.token': 'token-of-the-job',
  };
  for (const [name, { default: value }] of Object.entries(ACTION.inputs))
    scope[`inputs.${name}`] = inputs[name] ?? filled(String(value), scope);

  const steps: string[] = [];
  let log = '';
  let code = 0;
  for (const step of ACTION.runs.steps) {
    if (step.if !== undefined && filled(step.if, scope) !== 'true') continue;
    steps.push(step.name);
    const output = file(`output-${steps.length}`);
    const stepEnv = Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, scope)]);
    const { exitCode, all } = await execa(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run],
      {
        cwd: workspace,
        env: { ...runnerEnv, ...Object.fromEntries(stepEnv), GITHUB_OUTPUT: output },
        extendEnv: false,
        reject: false,
        all: true,
      },
    );
    log += `${all}\n`;
    for (const [name, value] of outputsIn(output)) scope[`steps.${step.id}.outputs.${name}`] = value;
    code = exitCode ?? 1;
    if (code !== 0) break;
  }
  const outputs = Object.fromEntries(
    Object.entries(ACTION.outputs).map(([name, { value }]) => {
      const [, expression = ''] = /^\$\{\{(.*)\}\}$/.exec(value) ?? [];
      return [name, scope[expression.trim()] ?? ''];
    }),
  );
  return { code, steps, outputs, summary: readFileSync(summary, 'utf8'), log };
}
