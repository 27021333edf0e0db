/** Whether seal, unseal shares and first initialisation fit together. */
import { hclItems } from '../../contract/hcl-items.ts';
import type { Problem } from '../config/problem.ts';
import { BACKUPS_ONLY, type Checked } from './checked.ts';

export function sealProblems({ facts, source, config, user }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  if (facts.sealType !== undefined && source.has(['restore', 'unseal'])) {
    problems.push(
      source.at(
        ['restore', 'unseal'],
        `the server unseals itself (seal "${facts.sealType}" in ${facts.config.path}), so there are no shares to name`,
        {
          key: true,
          hint: 'Remove restore.unseal.',
        },
      ),
    );
  }
  if (facts.sealType !== undefined && config.seal === 'shamir') {
    problems.push(
      source.at(
        ['vault', 'seal'],
        `vault.seal is shamir, and ${facts.config.path} names the seal "${facts.sealType}"`,
        {
          key: true,
          hint: 'Remove vault.seal: it is read from the values.',
        },
      ),
    );
  }
  if (
    facts.hasUnseenConfig &&
    facts.sealType === undefined &&
    config.seal === undefined &&
    !source.has(['restore', 'unseal'])
  ) {
    problems.push(
      user.problem(
        'server.extraArgs',
        `the server reads more files than can be seen here (${facts.configFiles.slice(1).join(', ')}), and one of them may name its seal`,
        'Say it in lifeboat.yaml: vault: {seal: auto}, or vault: {seal: shamir}.',
      ),
    );
  }
  const variable = facts.env.some(({ name }) => /^(?:VAULT|BAO)_SEAL_TYPE$/.test(name));
  if (config.seal === 'auto' && facts.sealType === undefined && !facts.hasUnseenConfig && !variable) {
    if (facts.configProblem === undefined) {
      problems.push(
        source.at(
          ['vault', 'seal'],
          `vault.seal is auto, and neither ${facts.config.path} nor a variable names a seal`,
          { key: true, hint: 'Remove vault.seal, or add the stanza of the seal to the configuration.' },
        ),
      );
    }
  }
  let items: readonly string[] = [];
  try {
    items = facts.config.text.trimStart().startsWith('{')
      ? Object.keys(JSON.parse(facts.config.text) as object)
      : hclItems(facts.config.text).map(({ name }) => name);
  } catch {
    // Named by serverProblems.
  }
  // The server compares names without regard to case.
  if (items.some((name) => name.toLowerCase() === 'initialize')) {
    problems.push(
      user.problem(
        facts.config.path,
        'the stanza "initialize" makes a new Vault on an empty disk before anything can be restored',
        `Remove it, or: ${BACKUPS_ONLY}`,
      ),
    );
  }
  return problems;
}
