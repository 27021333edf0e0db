/** Stands in for GitHub's API of comments on an issue, over real HTTP: it keeps them, pages them, and may refuse or fail. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';

export interface Comment {
  readonly id: number;
  body: string;
}

export interface StandInGitHub {
  readonly url: string;
  readonly comments: Comment[];
  /** `POST /repos/...`, in their order. */
  readonly calls: string[];
  /** Every header `authorization` that was seen. */
  readonly tokens: Set<string | undefined>;
  /** Answers the next calls of a method with these statuses first. */
  failNext(method: string, ...statuses: readonly number[]): void;
  close(): void;
}

const COMMENTS = '/repos/acme/platform/issues/7/comments';

export async function startGitHub(): Promise<StandInGitHub> {
  const comments: Comment[] = [];
  const calls: string[] = [];
  const tokens = new Set<string | undefined>();
  const failures: { readonly method: string; readonly status: number }[] = [];

  const answer = (method: string, url: URL, body: string): readonly [number, unknown] => {
    const failing = failures.findIndex((failure) => failure.method === method);
    if (failing >= 0)
      return [failures.splice(failing, 1)[0]?.status ?? 500, { message: 'as the test wants it' }];
    if (method === 'GET' && url.pathname === COMMENTS) {
      const [size, page] = ['per_page', 'page'].map((name) => Number(url.searchParams.get(name)));
      return [200, comments.slice(((page ?? 1) - 1) * (size ?? 30), (page ?? 1) * (size ?? 30))];
    }
    if (method === 'POST' && url.pathname === COMMENTS) {
      const comment = { id: comments.length + 1, body: (JSON.parse(body) as { body: string }).body };
      comments.push(comment);
      return [201, comment];
    }
    const id = Number(/^\/repos\/acme\/platform\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1]);
    const found = comments.find((comment) => comment.id === id);
    if (method !== 'PATCH' || found === undefined) return [404, { message: 'Not Found' }];
    found.body = (JSON.parse(body) as { body: string }).body;
    return [200, found];
  };

  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://stand-in');
      calls.push(`${request.method} ${url.pathname}`);
      tokens.add(request.headers.authorization);
      const [status, data] = answer(request.method ?? '', url, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ comments, calls, tokens },
    failNext: (method, ...statuses) => void failures.push(...statuses.map((status) => ({ method, status }))),
    close: () => void server.close(),
  };
}
