/** What `lifeboat setup-auth` says: each step with what differs, and what a person does next. */
import { createTwoFilesPatch } from 'diff';
import type { Change, Doing, Step } from '../../bootstrap/setup-auth/steps.ts';
import type { VaultAccess } from '../../contract/vault-access.ts';
import { shellQuote } from '../../generator/render/text.ts';

const DONE = { create: 'created', update: 'updated', unchanged: 'unchanged' } as const;
const WOULD = { create: 'would be created', update: 'would be updated', unchanged: 'unchanged' } as const;

/** As wide as the longest of its kind, so that what follows stands in a column. */
export function stateColumn(doing: Doing, dryRun: boolean): string {
  return stateWord(doing, dryRun).padEnd(dryRun ? WOULD.create.length : DONE.unchanged.length);
}

export function stateWord(doing: Doing, dryRun: boolean): string {
  return (dryRun ? WOULD : DONE)[doing];
}

/** A server's text must not steer the terminal that it is shown on. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this replaces
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '?');
}

function changeText({ field, from, to }: Change): string {
  if (!`${from}${to}`.includes('\n')) return `  ${field}: ${from === '' ? '(none)' : from} -> ${to}\n`;
  const patch = createTwoFilesPatch('in Vault', 'wanted', from, to);
  // Its first line is a ruler.
  return patch
    .split('\n')
    .slice(1)
    .map((line) => (line === '' ? '' : `  ${line}\n`))
    .join('');
}

/** The difference, for what is there with other content. */
export function differenceText(step: Step): string {
  if (step.doing !== 'update') return '';
  return printable(
    `${step.what} ${step.path} is of other content:\n${step.changes.map(changeText).join('')}`,
  );
}

export function stepText(step: Step, dryRun: boolean): string {
  const note = step.note === undefined ? '' : `  note: ${step.note}\n`;
  return `${stateColumn(step.doing, dryRun)} ${step.what} ${step.path}\n${note}`;
}

/** The commands that follow; for the login of an AppRole the Secret out of its files. */
export function nextCommands(access: VaultAccess, loginOut: string | undefined): readonly string[] {
  const { login } = access;
  if ('account' in login) {
    const { account, namespace, audience } = login;
    return [
      `to try the login itself: kubectl create token ${shellQuote(account)} -n ${shellQuote(namespace)} --audience ${shellQuote(audience)} > TOKEN, then --verify --service-account-token TOKEN`,
    ];
  }
  if (loginOut === undefined)
    return [`no login was made: --login-out FOLDER writes one for the Secret ${login.secret}`];
  const folder = shellQuote(loginOut);
  return [
    `kubectl create secret generic ${shellQuote(login.secret)} -n ${shellQuote(login.namespace)} --from-file=role_id=${folder}/role_id --from-file=secret_id=${folder}/secret_id --dry-run=client -o yaml | kubectl apply -f -`,
    `rm -r ${folder}    # once the Secret is kept where RUNBOOK.md says`,
  ];
}
