/** A stand-in for what a backup asks of a Vault. Its snapshots are archives of the real format, made for the test. */
import { goodArchive, metaText } from '../snapshot/build-archive.ts';
import { type Answer, type Asked, type StandIn, startStandIn } from './stand-in.ts';

/** What one request for a snapshot gets: bytes, bytes that are cut, or any other answer. */
export type SnapshotGiven = Buffer | { readonly cutAfter: Buffer } | Answer;

export interface BackupStandIn extends StandIn {
  clusterId: string;
  seal: { t: number; n: number };
  /** Of the following requests for a snapshot, in turn; good archives after them. */
  readonly snapshots: SnapshotGiven[];
  /** Replaces the answer to `METHOD /v1/path`. */
  readonly instead: Map<string, Answer>;
  /** What was asked, in short. */
  calls(): readonly string[];
}

export async function startBackupStandIn(): Promise<BackupStandIn> {
  let logins = 0;
  let index = 100;
  const snapshots: SnapshotGiven[] = [];
  const instead = new Map<string, Answer>();

  async function answer({ method, path, headers }: Asked): Promise<Answer> {
    const call = `${method} ${path}`;
    const other = instead.get(call);
    if (other !== undefined) return other;
    const ok = (json: unknown): Answer => ({ status: 200, json });
    if (call.endsWith('/login')) return ok({ auth: { client_token: `hvs.login-${++logins}` } });
    if (call === 'GET /v1/sys/health')
      return ok({
        initialized: true,
        sealed: false,
        version: '1.21.1',
        cluster_id: self.clusterId,
        cluster_name: 'n',
      });
    if (call === 'GET /v1/sys/seal-status')
      return ok({ type: 'shamir', initialized: true, sealed: false, ...self.seal });
    if (headers['x-vault-token'] !== `hvs.login-${logins}`)
      return { status: 403, json: { errors: ['permission denied'] } };
    if (call === 'GET /v1/sys/audit')
      return ok({ data: { 'file/': { type: 'file', options: { file_path: 'stdout' } } } });
    if (call === 'POST /v1/auth/token/revoke-self') return { status: 204 };
    if (call === 'GET /v1/sys/storage/raft/snapshot')
      return toAnswer(snapshots.shift() ?? (await nextArchive()));
    return { status: 404, json: { errors: [] } };
  }

  async function nextArchive(): Promise<Buffer> {
    const state = Buffer.from('the raft state '.repeat(20_000));
    const meta = JSON.parse(metaText(state.length).toString()) as object;
    return await goodArchive({
      state,
      meta: Buffer.from(`${JSON.stringify({ ...meta, Index: ++index })}\n`),
    });
  }

  const server = await startStandIn(answer);
  const self: BackupStandIn = Object.assign(server, {
    clusterId: 'ours',
    seal: { t: 3, n: 5 },
    snapshots,
    instead,
    calls: () => server.asked.map(({ method, path }) => `${method} ${path.replace('/v1/', '')}`),
  });
  return self;
}

function toAnswer(given: SnapshotGiven): Answer {
  if (Buffer.isBuffer(given)) return (to) => void to.writeHead(200).end(given);
  if ('cutAfter' in given)
    return (to) => {
      to.writeHead(200).write(given.cutAfter, () => to.destroy());
    };
  return given;
}
