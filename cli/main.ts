/** The executable: runs the program and ends the process with its exit code. */
import { main } from './program.ts';

void main(process.argv.slice(2)).then((code) => {
  // What was written to a pipe must have left before the process ends.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});
