/**
 * A shell into which a runbook is pasted, on this machine: `kubectl` is a stand-in that passes what it was called with
 * to the test, and prints what that answers. So the very lines of a rendered runbook run against real servers.
 */
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

export interface Called {
  readonly args: readonly string[];
  readonly input: string;
}

export interface Answered {
  readonly code: number;
  readonly stdout: string;
}

const KUBECTL = `#!${process.execPath}
const { connect } = require('node:net');
const { readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const input = args.includes('-i') ? readFileSync(0, 'utf8') : '';
let answer = '';
const socket = connect(process.env.KUBECTL_SOCKET);
socket.end(JSON.stringify({ args, input }));
socket.on('data', (chunk) => { answer += chunk; });
socket.on('end', () => {
  const { code, stdout } = JSON.parse(answer);
  process.stdout.write(stdout, () => process.exit(code));
});
`;

export class PastedCommands {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-pasted-'));
  readonly #server;
  readonly #socket = path.join(this.folder, 'kubectl.socket');

  constructor(kubectl: (called: Called) => Promise<Answered>) {
    writeFileSync(path.join(this.folder, 'kubectl'), KUBECTL);
    chmodSync(path.join(this.folder, 'kubectl'), 0o755);
    const serve = async (socket: Socket): Promise<void> => {
      // Not by iteration, which closes the other direction, too.
      let said = '';
      socket.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      await once(socket, 'end');
      const called = JSON.parse(said) as Called;
      const answered = await kubectl(called).catch(
        (error: unknown): Answered => ({ code: 99, stdout: `${String(error)}\n` }),
      );
      socket.end(JSON.stringify(answered));
    };
    this.#server = createServer({ allowHalfOpen: true }, (socket) => void serve(socket));
    this.#server.listen(this.#socket);
  }

  /** Pastes blocks into one shell, one after the other. Fails with what was said where a command did. */
  async paste(blocks: readonly string[]): Promise<string> {
    const { exitCode, all } = await execa('sh', ['-e'], {
      input: blocks.join('\n'),
      cwd: this.folder,
      env: { PATH: `${this.folder}:${process.env.PATH ?? ''}`, KUBECTL_SOCKET: this.#socket },
      reject: false,
      all: true,
    });
    if (exitCode !== 0) throw new Error(`the shell ended with ${exitCode}:\n${all}`);
    return all;
  }

  remove(): void {
    this.#server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
