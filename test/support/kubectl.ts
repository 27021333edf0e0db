/** Whether kubectl is here: the user's own, which no test installs. */
import { execa } from 'execa';
import { kubectlProgram } from '../../cluster/kubectl.ts';

/** Why the tests that need it are skipped; false where they run. With CI=true nothing is excused. */
export async function whyNoKubectl(): Promise<string | false> {
  const { failed } = await execa(kubectlProgram(), ['version', '--client'], {
    reject: false,
    stdin: 'ignore',
  });
  return failed && process.env.CI !== 'true' ? 'there is no kubectl on the PATH' : false;
}
