/**
 * A stand-in for the Kubernetes API, read only: the Secrets in which Helm keeps its releases, in Helm's own format, so
 * that the real helm reads them; and any objects and logs that a test lays down, for the real kubectl.
 */

import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';

export interface StoredRelease {
  readonly name: string;
  readonly namespace: string;
  readonly chart: { readonly name: string; readonly version: string };
  readonly values: unknown;
  readonly manifest: string;
}

interface Secret {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
}

/** Any time; Helm only prints it. */
const THEN = '2026-01-02T03:04:05Z';

/** Revision 1 of a release as Helm stores it: JSON, compressed, base64, and base64 again as all data of a Secret. */
function secretOf({ name, namespace, chart, values, manifest }: StoredRelease): Secret {
  const info = { first_deployed: THEN, last_deployed: THEN, status: 'deployed' };
  const metadata = { ...chart, apiVersion: 'v2', appVersion: '0' };
  const release = { name, namespace, version: 1, info, chart: { metadata }, config: values, manifest };
  const encoded = gzipSync(JSON.stringify(release)).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.${name}.v1`,
      namespace,
      labels: { name, owner: 'helm', status: 'deployed', version: '1' },
    },
    data: { release: Buffer.from(encoded).toString('base64') },
  } as Secret;
}

function matches(labels: Readonly<Record<string, string>>, selector: string): boolean {
  return selector
    .split(',')
    .filter((part) => part !== '')
    .every((part) => {
      const [key = '', value] = part.split('=');
      return labels[key] === value;
    });
}

/** Of a namespace, or of the whole cluster. */
const RESOURCE =
  /^\/apis?(?:\/[^/]+)?\/v1(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[a-z]+)(?:\/(?<name>[^/]+)(?<log>\/log)?)?$/;

/** An object as the API gives it out; `plural` is its kind in the path. */
export interface StoredObject {
  readonly plural: string;
  readonly object: {
    readonly metadata: {
      readonly name: string;
      readonly namespace?: string;
      readonly labels?: Readonly<Record<string, string>>;
    };
  };
}

export interface StandIn {
  readonly kubeconfig: string;
  readonly releases: StoredRelease[];
  readonly objects: StoredObject[];
  /** By `namespace/pod/container`. */
  readonly logs: Map<string, string>;
  /** Kinds that are answered with 403. */
  readonly hidden: Set<string>;
  /** Every request that would have written. */
  readonly writes: readonly string[];
  /** Answers everything with 403, as for somebody who may read nothing. */
  forbidden: boolean;
  close(): Promise<void>;
}

/** Writes a kubeconfig with the contexts `stand-in` (the current one) and `other` to the file. */
export async function startStandIn(kubeconfig: string): Promise<StandIn> {
  const writes: string[] = [];
  const answer = (response: ServerResponse, code: number, body: object): void => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const failure = (response: ServerResponse, code: number, reason: string, message: string): void =>
    answer(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://stand-in');
    if (request.method !== 'GET') writes.push(`${request.method} ${url.pathname}`);
    if (url.pathname === '/version')
      return answer(response, 200, { major: '1', minor: '34', gitVersion: 'v1.34.0' });
    const {
      namespace,
      plural = '',
      name,
      log,
    } = (RESOURCE.exec(url.pathname)?.groups ?? {}) as Partial<Record<string, string>>;
    if (plural === '') return failure(response, 404, 'NotFound', 'not found');
    const resource = log === undefined ? plural : `${plural}/log`;
    if (standIn.forbidden || standIn.hidden.has(resource)) {
      const message = `${plural} is forbidden: User "ci" cannot list resource "${resource}" in API group "" in the namespace "${namespace}"`;
      return failure(response, 403, 'Forbidden', message);
    }
    if (log !== undefined) {
      const text = standIn.logs.get(`${namespace}/${name}/${url.searchParams.get('container')}`);
      if (text === undefined)
        return failure(response, 400, 'BadRequest', 'the container is waiting to start');
      const lines = text.split('\n').slice(-1 - Number(url.searchParams.get('tailLines')));
      response.writeHead(200, { 'content-type': 'text/plain' }).end(lines.join('\n'));
      return undefined;
    }
    const here = [
      ...standIn.objects.filter((one) => one.plural === plural).map(({ object }) => object),
      ...(plural === 'secrets' ? standIn.releases.map(secretOf) : []),
    ].filter(({ metadata }) => metadata.namespace === namespace);
    if (name === undefined) {
      const selector = url.searchParams.get('labelSelector') ?? '';
      const items = here.filter(({ metadata }) => matches(metadata.labels ?? {}, selector));
      const kind = plural === 'secrets' ? 'SecretList' : 'List';
      return answer(response, 200, { kind, apiVersion: 'v1', metadata: {}, items });
    }
    const found = here.find(({ metadata }) => metadata.name === name);
    if (found === undefined) return failure(response, 404, 'NotFound', `${plural} "${name}" not found`);
    return answer(response, 200, found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const standIn: StandIn = {
    kubeconfig,
    releases: [],
    objects: [],
    logs: new Map(),
    hidden: new Set(),
    writes,
    forbidden: false,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const cluster = (name: string, address: string): object => ({ name, cluster: { server: address } });
  const context = (name: string): object => ({ name, context: { cluster: name, user: 'ci' } });
  writeFileSync(
    kubeconfig,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'stand-in',
      // Port 9 is for what is thrown away: nobody listens.
      clusters: [cluster('stand-in', `http://127.0.0.1:${port}`), cluster('other', 'http://127.0.0.1:9')],
      contexts: [context('stand-in'), context('other')],
      users: [{ name: 'ci', user: {} }],
    }),
  );
  return standIn;
}
