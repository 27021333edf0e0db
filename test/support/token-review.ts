/**
 * Stands in for the one part of the Kubernetes API server that a login of a service account asks: the TokenReview API,
 * behind TLS. It issues tokens as the kubelet projects them and reviews them as the API server does: by signature,
 * time and audience. The real API server comes with the tests on a cluster.
 */
import { createPublicKey, createSign, createVerify, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';

export interface Claims {
  readonly namespace: string;
  readonly account: string;
  readonly audience: string;
  /** Seconds from now; an hour where it is not given. */
  readonly expiresIn?: number;
}

export interface Review {
  /** The audiences that were asked for. */
  readonly audiences: readonly string[];
  readonly authenticated: boolean;
}

export interface TokenReviews {
  issue(claims: Claims): string;
  /** What was asked so far. */
  readonly reviews: readonly Review[];
  stop(): Promise<void>;
}

export interface Options {
  readonly host: string;
  readonly certificate: Readonly<Record<string, string>>;
  /** The token that the reviewer must show: that of the server's own service account. */
  readonly reviewer: string;
}

interface Payload {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly sub: string;
}

const PATH = '/apis/authentication.k8s.io/v1/tokenreviews';
/** Who signs the tokens; also the audience of those that are for the API server itself. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function uidOf(name: string): string {
  return `uid-of-${name}`;
}

export async function startTokenReviews(options: Options): Promise<TokenReviews> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const reviews: Review[] = [];

  function issue({ namespace, account, audience, expiresIn = 3600 }: Claims): string {
    const now = Math.floor(Date.now() / 1000);
    const serviceaccount = { name: account, uid: uidOf(account) };
    const payload = {
      aud: [audience],
      exp: now + expiresIn,
      iat: now - 60,
      nbf: now - 60,
      iss: ISSUER,
      'kubernetes.io': { namespace, serviceaccount },
      sub: `system:serviceaccount:${namespace}:${account}`,
    };
    const text = `${part({ alg: 'RS256', kid: 'one' })}.${part(payload)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  }

  function review(token: string, audiences: readonly string[]): object {
    const [head = '', body = '', signature = ''] = token.split('.');
    const verifier = createVerify('RSA-SHA256').update(`${head}.${body}`);
    if (!verifier.verify(createPublicKey(privateKey), signature, 'base64url'))
      return { authenticated: false, error: 'invalid bearer token' };
    const { aud, exp, sub } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Payload;
    if (exp * 1000 < Date.now()) return { authenticated: false, error: 'token has expired' };
    // Without audiences in the question the API server takes tokens for itself alone.
    const common = (audiences.length === 0 ? [ISSUER] : audiences).filter((each) => aud.includes(each));
    if (common.length === 0) return { authenticated: false, error: 'token audiences are not those' };
    const [, , namespace = '', account = ''] = sub.split(':');
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
    return {
      authenticated: true,
      user: { username: sub, uid: uidOf(account), groups },
      audiences: common,
    };
  }

  const { 'tls.crt': cert, 'tls.key': key } = options.certificate;
  const server = createServer({ cert, key }, async (request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const body = Buffer.concat(await request.toArray()).toString();
    if (request.method !== 'POST' || request.url !== PATH) return answer(404, { kind: 'Status', code: 404 });
    if (request.headers.authorization !== `Bearer ${options.reviewer}`)
      return answer(401, { kind: 'Status', code: 401 });
    const { spec, ...rest } = JSON.parse(body) as { spec: { token: string; audiences?: readonly string[] } };
    const status = review(spec.token, spec.audiences ?? []);
    reviews.push({
      audiences: spec.audiences ?? [],
      authenticated: 'authenticated' in status && status.authenticated === true,
    });
    answer(201, { ...rest, spec, status });
  });
  server.listen(443, options.host);
  await once(server, 'listening');
  return {
    issue,
    reviews,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
