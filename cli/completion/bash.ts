/** The completion script for bash (4 or newer). */
import { type CompletedCommand, everyCommand, type ValueKind } from './command-tree.ts';

/** A word between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function reply(kind: ValueKind, keys: readonly string[]): string {
  if (kind === 'files') return '_lifeboat_reply -f';
  if (kind === 'folders') return '_lifeboat_reply -d';
  if (kind === 'keys') return `_lifeboat_reply -W ${quoted(keys.join(' '))}`;
  return kind === 'anything' ? ':' : `_lifeboat_reply -W ${quoted(kind.join(' '))}`;
}

function valueCases(commands: readonly CompletedCommand[], keys: readonly string[]): readonly string[] {
  return commands.flatMap(({ words, options }) =>
    options.flatMap(({ flags, value }) =>
      value === undefined
        ? []
        : [
            `    ${flags.map((flag) => quoted(`${words.join(' ')}:${flag}`)).join('|')}) ${reply(value, keys)}; return ;;`,
          ],
    ),
  );
}

function wordCases(commands: readonly CompletedCommand[], keys: readonly string[]): readonly string[] {
  return commands.map(({ words, options, commands: below, arguments: [first] }) => {
    const flags = options.flatMap((option) => option.flags).join(' ');
    const plain =
      below.length > 0
        ? `_lifeboat_reply -W ${quoted(below.map((command) => command.words.at(-1)).join(' '))}`
        : reply(first?.kind ?? 'anything', keys);
    return `    ${quoted(words.join(' '))})\n      if [[ $cur == -* ]]; then _lifeboat_reply -W ${quoted(flags)}; else ${plain}; fi ;;`;
  });
}

export function bashCompletion(tree: CompletedCommand, keys: readonly string[]): string {
  const commands = everyCommand(tree);
  const paths = commands.filter(({ words }) => words.length > 0).map(({ words }) => quoted(words.join(' ')));
  return `# Completion of lifeboat for bash. In ~/.bashrc: source <(lifeboat completion bash)

_lifeboat_reply() {
  [[ $1 == -W ]] || compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$@" -- "$cur")
}

_lifeboat() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' i
  COMPREPLY=()
  # bash takes --flag=value apart.
  if [[ $cur == = ]]; then cur=''
  elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${command:+$command }\${COMP_WORDS[i]}" in
      ${paths.join('|')}) command="\${command:+$command }\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$command:$prev" in
${valueCases(commands, keys).join('\n')}
  esac
  case "$command" in
${wordCases(commands, keys).join('\n')}
  esac
}

complete -F _lifeboat lifeboat
`;
}
