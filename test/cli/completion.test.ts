/** The completion scripts in the shells that they are for: what is offered for a line that somebody has begun. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { execa } from 'execa';
import { lifeboat, PROGRAM } from '../support/command-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-completion-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const scriptOf = (shell: Shell): string => path.join(folder, `script.${shell}`);

before(async () => {
  mkdirSync(path.join(folder, 'here/out folder'), { recursive: true });
  writeFileSync(path.join(folder, 'here/my config.yaml'), '');
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await lifeboat(['completion', shell]);
    assert.deepEqual([code, stderr], [0, '']);
    writeFileSync(scriptOf(shell), stdout);
  }
});

const BASH = `source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lifeboat
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** zsh completes only in its line editor: a second zsh on a terminal of its own, whose matches are printed. */
const ZSH = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PROMPT=; autoload -Uz compinit; compinit -u -D; source '$1'; bindkey "^I" complete-word
compadd() { local -a hits; if (( \${@[(I)-O]} || \${@[(I)-A]} || \${@[(I)-D]} )); then builtin compadd "$@"; return; fi
builtin compadd -A hits "$@"; print -rl -- "" "HIT "$^hits; builtin compadd "$@" }
finish() { print -rl -- "" DONE; zle kill-whole-line }; zle -N finish; bindkey "^G" finish; print READY'
while zpty -r z line; do [[ $line == READY* ]] && break; done
zpty -w -n z "$2"$'\\t\\a'
while zpty -r z line; do [[ $line == DONE* ]] && break; print -r -- "$line"; done
zpty -d z`;

const RUN: Readonly<Record<Shell, (words: readonly string[]) => readonly [string, readonly string[]]>> = {
  bash: (words) => ['bash', ['--norc', '-c', BASH, 'bash', scriptOf('bash'), 'lifeboat', ...words]],
  zsh: (words) => ['zsh', ['-f', '-c', ZSH, 'zsh', scriptOf('zsh'), ['lifeboat', ...words].join(' ')]],
  fish: (words) => [
    'fish',
    ['--no-config', '-c', `source ${scriptOf('fish')}; complete -C "lifeboat ${words.join(' ')}"`],
  ],
};

/** Undefined where the shell is not installed; bash is, wherever these tests run. */
async function offered(
  t: TestContext,
  shell: Shell,
  words: readonly string[],
): Promise<string[] | undefined> {
  const [command, args] = RUN[shell](words);
  const env = { PATH: process.env.PATH, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' };
  const result = await execa(command, args, {
    cwd: path.join(folder, 'here'),
    env,
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  if (result.code === 'ENOENT' && shell !== 'bash') {
    t.skip(`${shell} is not installed`);
    return undefined;
  }
  assert.equal(result.exitCode, 0, `${result.stdout}${result.stderr}`);
  assert.equal(result.stderr, '');
  const lines = result.stdout.replaceAll('\r', '').split('\n');
  const found = shell === 'zsh' ? lines.flatMap((line) => /^HIT (.*)/.exec(line)?.[1] ?? []) : lines;
  return [...new Set(found)]
    .map((line) => line.split('\t')[0] ?? '')
    .map((word) => word.replaceAll('\\ ', ' ').replace(/\/$/, ''))
    .filter((word) => word !== '')
    .sort();
}

for (const shell of SHELLS) {
  describe(`in ${shell}`, () => {
    it('offers the commands, and those that begin as the word does', async (t) => {
      const all = await offered(t, shell, ['']);
      if (all === undefined) return;
      const { stdout } = await lifeboat(['--help']);
      const section = stdout.split('\nCommands:\n')[1] ?? '';
      const known = [...section.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
      assert.deepEqual(all, known.filter((name) => name !== 'help').sort());
      assert.deepEqual(await offered(t, shell, ['re']), ['render', 'restore']);
      assert.deepEqual(await offered(t, shell, ['keys', '']), ['check']);
    });
    it('offers the flags of the very command', async (t) => {
      const flags = await offered(t, shell, ['keys', 'check', '--']);
      if (flags === undefined) return;
      assert.deepEqual(flags, ['--help', '--json', '--keys-file']);
    });
    it('offers files where a file is meant, folders where a folder is', async (t) => {
      const files = await offered(t, shell, ['render', '-f', 'm']);
      if (files === undefined) return;
      assert.deepEqual(files, ['my config.yaml']);
      assert.deepEqual(await offered(t, shell, ['render', '--out', '']), ['out folder']);
      assert.deepEqual(await offered(t, shell, ['verify', 'm']), ['my config.yaml']);
    });
    it('offers the choices of a flag and of an argument', async (t) => {
      const choices = await offered(t, shell, ['backup', '--log', '']);
      if (choices === undefined) return;
      assert.deepEqual(choices, ['json', 'text']);
      assert.deepEqual(await offered(t, shell, ['completion', '']), ['bash', 'fish', 'zsh']);
    });
    it('offers the keys of lifeboat.yaml to explain', async (t) => {
      const keys = await offered(t, shell, ['explain', 'restore.w']);
      if (keys === undefined) return;
      assert.deepEqual(keys, ['restore.whenDamaged', 'restore.whenNoSnapshot']);
    });
  });
}

it('completes in an interactive bash as its documentation says: source <(lifeboat completion bash)', async () => {
  const line = `lifeboat() { "${process.execPath}" "${PROGRAM}" "$@"; }; source <(lifeboat completion bash); complete -p lifeboat`;
  const { stdout } = await execa('bash', ['--norc', '-c', line]);

  assert.equal(stdout, 'complete -F _lifeboat lifeboat');
});

it('refuses a shell that it does not know', async () => {
  const { code, stderr } = await lifeboat(['completion', 'tcsh']);

  assert.equal(code, 2);
  assert.match(stderr, /bash, zsh, fish/);
});
