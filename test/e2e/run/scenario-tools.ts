/** Programs and charts that scenarios use, obtained before they run: the node's own network leads nowhere. */
import path from 'node:path';
import { execa } from 'execa';
import { messageOf } from '../../../contract/errors.ts';
import { findPythonPackage, MOTO } from '../../support/tools/python-package.ts';
import { CannotRun } from '../cluster/cluster.ts';

const MAIN = path.resolve(import.meta.dirname, '../../support/tools/main.ts');

interface Row {
  readonly name: string;
  readonly missing: boolean;
  readonly path: string;
}

export async function obtainTools(signal: AbortSignal): Promise<void> {
  const args = ['--import', 'tsx', MAIN, '--json'];
  const options = { reject: false, cancelSignal: signal, stderr: 'inherit', stdin: 'ignore' } as const;
  const { stdout, exitCode } = await execa(process.execPath, args, options);
  signal.throwIfAborted();
  const rows = stdout === '' ? [] : (JSON.parse(stdout) as readonly Row[]);
  const needed = ['Vault', 'OpenBao', 'Helm', 'versitygw'];
  const missing = rows.find((row) => row.missing && needed.includes(row.name));
  if (missing !== undefined || rows.length === 0)
    throw new CannotRun(
      missing === undefined
        ? `the tools of the tests ended with ${exitCode}`
        : `${missing.name} cannot be had: ${missing.path}`,
      'npm run tools',
      'here',
    );
  // One scenario alone needs it, and says so.
  await findPythonPackage(MOTO).catch((error: unknown) => process.stderr.write(`${messageOf(error)}\n`));
}
