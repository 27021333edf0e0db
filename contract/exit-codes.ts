/**
 * The exit codes of `lifeboat`, one table for the command line, the pods and docs/exit-codes.md.
 * They are a stable interface: a number never changes its meaning. A code that is not listed is a failure.
 */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'It worked, or there was nothing to do.' },
  bug: { code: 1, meaning: 'A defect of lifeboat. The stack trace is printed; please report it.' },
  usage: { code: 2, meaning: 'The command line is wrong: unknown command, flag or argument.' },
  config: {
    code: 3,
    meaning: 'lifeboat.yaml, or the values it names, are invalid or contradict each other.',
  },
  drift: {
    code: 4,
    meaning:
      'What is rendered differs from what it was compared with: `--exit-code`, or `check -o` that found nothing else.',
  },
  check: {
    code: 5,
    meaning:
      '`lifeboat check`, `lifeboat doctor` or `lifeboat backup --check` found something; each finding names its rule.',
  },
  tool: {
    code: 6,
    meaning:
      'A program that the command calls (helm, kubeconform) is missing, failed, or did not end in time.',
  },
  unseen: {
    code: 7,
    meaning:
      '`lifeboat doctor`, `lifeboat status` or `lifeboat backup --check` found nothing wrong, and could not see everything; what it could not see is no "ok".',
  },
  act: { code: 8, meaning: '`lifeboat status`: a person has to act; each line says what to do.' },
  underWay: {
    code: 9,
    meaning:
      '`lifeboat status`: nothing is wrong, and something goes on by itself (a start, a restore, a wait).',
  },
  noSnapshot: { code: 10, meaning: 'The store was reached and holds no snapshot that was asked for.' },
  refused: {
    code: 11,
    meaning: 'Stopped to protect data: what was found does not allow to go on by itself.',
  },
  keys: { code: 12, meaning: 'Unseal shares or seal key are missing, too few, or belong to another Vault.' },
  integrity: { code: 13, meaning: 'A snapshot, manifest or pointer is damaged or incomplete.' },
  store: { code: 14, meaning: 'The store cannot be reached, denies access, or failed.' },
  vault: { code: 15, meaning: 'The Vault server cannot be reached, denies access, or failed.' },
  timeout: { code: 16, meaning: 'A step took longer than its limit.' },
  interrupted: { code: 130, meaning: 'Stopped by Ctrl-C (SIGINT).' },
  terminated: { code: 143, meaning: 'Stopped by SIGTERM.' },
} as const;

export type ExitName = keyof typeof EXIT_CODES;
