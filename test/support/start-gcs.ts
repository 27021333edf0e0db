/** Starts a server of Google's storage API (fake-gcs-server, in memory) on a free loopback port, with one bucket in it. */
import { freePort, startServer } from './server-process.ts';
import { findTool } from './tools/find-tool.ts';

export interface GcsServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export async function startGcs({ bucket }: { readonly bucket: string }): Promise<GcsServer> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const args = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'];
  const server = startServer((await findTool('fake-gcs-server')).path, [...args, '-log-level', 'error']);
  try {
    await server.answers(async () => {
      const answer = await fetch(`${endpoint}/storage/v1/b?project=test`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: bucket }),
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { endpoint, stop: () => server.stop() };
}
