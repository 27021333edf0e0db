/** The completion script for fish. */
import { type CompletedCommand, type CompletedOption, everyCommand, type ValueKind } from './command-tree.ts';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** What a value may be. */
function action(kind: ValueKind, keys: readonly string[]): string {
  if (kind === 'files') return '-F';
  if (kind === 'folders') return "-a '(__fish_complete_directories)'";
  if (kind === 'anything') return '';
  return `-a ${quoted((kind === 'keys' ? keys : kind).join(' '))}`;
}

function condition(words: readonly string[]): string {
  return `-n ${quoted(`__lifeboat_at ${words.join(' ')}`.trim())}`;
}

function optionLine(
  words: readonly string[],
  { flags, description, value }: CompletedOption,
  keys: readonly string[],
): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  // -r: a value must follow; -x: and it is no file.
  const end = value === undefined ? [] : [value === 'files' ? '-r' : '-x', action(value, keys)];
  return ['complete -c lifeboat', condition(words), ...names, ...end, `-d ${quoted(description)}`]
    .filter((part) => part !== '')
    .join(' ');
}

function linesOf(command: CompletedCommand, keys: readonly string[]): readonly string[] {
  const { words, commands, options } = command;
  const below = commands.map(
    (child) =>
      `complete -c lifeboat ${condition(words)} -a ${quoted(child.words.at(-1) ?? '')} -d ${quoted(child.description)}`,
  );
  const [first] = command.arguments;
  const value = first === undefined || commands.length > 0 ? '' : action(first.kind, keys);
  return [
    ...below,
    ...(value === '' ? [] : [`complete -c lifeboat ${condition(words)} ${value}`]),
    ...options.map((option) => optionLine(words, option, keys)),
  ];
}

export function fishCompletion(tree: CompletedCommand, keys: readonly string[]): string {
  const commands = everyCommand(tree);
  const paths = commands.filter(({ words }) => words.length > 0).map(({ words }) => quoted(words.join(' ')));
  return `# Completion of lifeboat for fish. Once: lifeboat completion fish > ~/.config/fish/completions/lifeboat.fish

# Whether the words so far lead to this very command.
function __lifeboat_at
  set -l path
  for word in (commandline -opc)[2..]
    if contains -- (string join ' ' -- $path $word) ${paths.join(' ')}
      set -a path $word
    end
  end
  test "$path" = "$argv"
end

complete -c lifeboat -f
${commands.flatMap((command) => linesOf(command, keys)).join('\n')}
`;
}
