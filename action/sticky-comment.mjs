/** One comment of ours on a pull request: found by its mark, written anew, never a second one. */
import pRetry, { AbortError } from 'p-retry';

export const MARK = '<!-- lifeboat plan -->';

const SECONDS = 30;
const PAGE = 100;

/** GitHub's answer of another kind than 2xx. */
export class Refused extends Error {
  constructor(status, what) {
    super(`GitHub answered ${status} to ${what}`);
    this.status = status;
  }
}

async function once({ api, token }, method, route, body) {
  const response = await fetch(`${api}${route}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(SECONDS * 1000),
  });
  if (response.ok) return response.json();
  const refused = new Refused(response.status, `${method} ${route}`);
  throw response.status >= 500 || response.status === 429 ? refused : new AbortError(refused);
}

/** Reading, and writing what is there already, may be tried again; a comment that was made may not. */
function call(target, method, route, body) {
  const retries = method === 'POST' ? 0 : 3;
  return pRetry(() => once(target, method, route, body), { retries, minTimeout: 500 });
}

async function ours(target) {
  for (let page = 1; ; page++) {
    const route = `/repos/${target.repository}/issues/${target.number}/comments?per_page=${PAGE}&page=${page}`;
    const comments = await call(target, 'GET', route);
    const found = comments.find(({ body }) => body?.startsWith(MARK));
    if (found !== undefined || comments.length < PAGE) return found;
  }
}

/** Resolves to what was done: `created`, `updated`, or `unchanged`. Rejects with Refused. */
export async function writeComment(target, text) {
  const body = `${MARK}\n${text}`;
  const there = await ours(target);
  const { repository, number } = target;
  if (there === undefined) {
    await call(target, 'POST', `/repos/${repository}/issues/${number}/comments`, { body });
    return 'created';
  }
  if (there.body === body) return 'unchanged';
  await call(target, 'PATCH', `/repos/${repository}/issues/comments/${there.id}`, { body });
  return 'updated';
}
