/** The completion script for zsh, sourced or as a file _lifeboat in fpath. */
import { type CompletedCommand, type CompletedOption, everyCommand, type ValueKind } from './command-tree.ts';

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Text inside of a specification of _arguments, where brackets and colons end something. */
function plain(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, '\\$&');
}

function action(kind: ValueKind, keys: readonly string[]): string {
  if (kind === 'files') return '_files';
  if (kind === 'folders') return '_files -/';
  if (kind === 'keys') return `(${keys.join(' ').replaceAll(/[[\]]/g, '\\$&')})`;
  return kind === 'anything' ? '' : `(${kind.join(' ')})`;
}

function specificationsOf(option: CompletedOption, keys: readonly string[]): readonly string[] {
  const { flags, description, value, repeatable } = option;
  const others = repeatable || flags.length < 2 ? '' : `(${flags.join(' ')})`;
  return flags.map((flag) =>
    quoted(
      `${repeatable ? '*' : others}${flag}[${plain(description)}]${value === undefined ? '' : `:value:${action(value, keys)}`}`,
    ),
  );
}

function nameOf(words: readonly string[]): string {
  return ['_lifeboat', ...words].join('_').replaceAll('-', '_');
}

function functionOf(command: CompletedCommand, keys: readonly string[]): string {
  const options = command.options.flatMap((option) => specificationsOf(option, keys));
  const name = nameOf(command.words);
  if (command.commands.length === 0) {
    const positions = command.arguments.map((argument, index) =>
      quoted(`${index + 1}::${plain(argument.name)}:${action(argument.kind, keys)}`),
    );
    return `${name}() {\n  _arguments -s \\\n    ${[...options, ...positions].join(' \\\n    ')}\n}`;
  }
  const described = command.commands.map(({ words, description }) =>
    quoted(`${plain(words.at(-1) ?? '')}:${description}`),
  );
  const branches = command.commands.map(({ words }) => `        ${words.at(-1)}) ${nameOf(words)} ;;`);
  return `${name}() {
  local -a commands line
  local state context state_descr
  typeset -A opt_args
  commands=(
    ${described.join('\n    ')}
  )
  _arguments -C \\
    ${options.join(' \\\n    ')} \\
    '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${branches.join('\n')}
      esac ;;
  esac
}`;
}

export function zshCompletion(tree: CompletedCommand, keys: readonly string[]): string {
  const functions = everyCommand(tree).map((command) => functionOf(command, keys));
  return `#compdef lifeboat
# Completion of lifeboat for zsh. In ~/.zshrc, after compinit: source <(lifeboat completion zsh)

${functions.join('\n\n')}

if [[ $funcstack[1] == _lifeboat ]]; then _lifeboat "$@"; else compdef _lifeboat lifeboat; fi
`;
}
