/** The server in its pod, as an administrator reaches it: its program in its container, its log, its API. */
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { type Keys, Operator } from '../support/vault-operations.ts';
import { recordFact } from './facts.ts';
import { rememberSecrets } from './known-secrets.ts';
import { eventually, kubectl, type Said, tryKubectl } from './kubernetes.ts';
import { addressOfPod } from './pod-address.ts';

export type Product = 'vault' | 'openbao';

/** The program of each product, and the variables that it reads. */
export const COMMAND_LINES = {
  vault: {
    binary: 'vault',
    address: 'VAULT_ADDR',
    token: 'VAULT_TOKEN',
    cacert: 'VAULT_CACERT',
    serverName: 'VAULT_TLS_SERVER_NAME',
  },
  openbao: {
    binary: 'bao',
    address: 'BAO_ADDR',
    token: 'BAO_TOKEN',
    cacert: 'BAO_CACERT',
    serverName: 'BAO_TLS_SERVER_NAME',
  },
} as const;

export class ServerInPod {
  readonly product: Product;
  readonly namespace: string;
  readonly pod: string;
  readonly scheme: 'http' | 'https';

  constructor(product: Product, namespace: string, pod: string, scheme: 'http' | 'https' = 'http') {
    this.product = product;
    this.namespace = namespace;
    this.pod = pod;
    this.scheme = scheme;
  }

  /** A command of the server's own program, inside its container. */
  async run(args: readonly string[], token?: string): Promise<Said> {
    const { namespace, product } = this;
    const { binary, token: variable } = COMMAND_LINES[product];
    const exec = ['exec', '-i', this.pod, '-n', namespace, '-c', product, '--'];
    // The token comes by standard input: an argument would stand in every process list.
    const login =
      token === undefined
        ? [binary, ...args]
        : ['sh', '-c', `read -r ${variable}; export ${variable}; exec ${binary} "$@"`, 'sh', ...args];
    return tryKubectl([...exec, ...login], token === undefined ? {} : { input: `${token}\n` });
  }

  /** Any command in the server's container. */
  async exec(command: readonly string[]): Promise<Said> {
    const { namespace, product } = this;
    return tryKubectl(['exec', this.pod, '-n', namespace, '-c', product, '--', ...command]);
  }

  async answers(): Promise<void> {
    await eventually(`the server of ${this.namespace}`, async () => {
      const { code, stdout, stderr } = await this.run(['status']);
      // 2: it answers and is sealed.
      return code === 0 || code === 2
        ? { answer: undefined }
        : { seen: `${stdout}${stderr}${await this.describe()}` };
    });
  }

  /** With an auto-unseal there are recovery shares, which open nothing. */
  async init(autoUnseal = false): Promise<Keys> {
    const kind = autoUnseal ? 'recovery' : 'key';
    const flags = [`-${kind}-shares=5`, `-${kind}-threshold=3`, '-format=json'];
    const { code, stdout, stderr } = await this.run(['operator', 'init', ...flags]);
    if (code !== 0) throw new Error(`init: ${stderr}`);
    const answer = JSON.parse(stdout) as { unseal_keys_b64: string[]; root_token: string };
    rememberSecrets(answer.root_token, ...answer.unseal_keys_b64);
    return { shares: answer.unseal_keys_b64, root: answer.root_token };
  }

  /** Into a KV engine of its own, made where it is not there. */
  async writeSecret(root: string, name: string, value: string): Promise<void> {
    const engines = await this.#must(['secrets', 'list', '-format=json'], root);
    if (!engines.includes('"kv/"'))
      await this.#must(['secrets', 'enable', '-path=kv', '-version=2', 'kv'], root);
    await this.#must(['kv', 'put', `kv/${name}`, `value=${value}`], root);
  }

  async readSecret(root: string, name: string): Promise<string | undefined> {
    const { code, stdout, stderr } = await this.run(['kv', 'get', '-field=value', `kv/${name}`], root);
    if (code === 0) return stdout;
    if (/No value found/.test(`${stdout}${stderr}`)) return undefined;
    throw new Error(`kv/${name}: ${stderr}`);
  }

  async #must(args: readonly string[], root: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, root);
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** The server as this process reaches it, for what goes over the API alone. */
  async address(): Promise<string> {
    return `${this.scheme}://${await addressOfPod(this.namespace, this.pod, 8200)}`;
  }

  /** As people do it once after the first init. */
  async unseal({ shares }: Keys): Promise<void> {
    await new Operator(await this.address()).unseal(shares);
  }

  async ready(seconds = 300): Promise<void> {
    const { namespace } = this;
    await eventually(
      `${this.pod} Ready`,
      async () => {
        const { stdout } = await tryKubectl([
          'get',
          'pod',
          this.pod,
          '-n',
          namespace,
          '-o',
          'jsonpath={.status.conditions[?(@.type=="Ready")].status}',
        ]);
        return stdout === 'True' ? { answer: undefined } : { seen: await this.describe() };
      },
      seconds,
    );
    await this.#recordServer();
  }

  /** For the table of what was tested; a pod without a probe is Ready before its server answers, and then tells nothing. */
  async #recordServer(): Promise<void> {
    const { stdout } = await this.run(['status', '-format=json', '-tls-skip-verify']);
    if (stdout === '') return;
    const { version, type, storage_type: storage } = JSON.parse(stdout) as Readonly<Record<string, string>>;
    // One in memory is part of a scenario's surroundings, and not what it is about.
    if (storage !== 'raft' || version === undefined || type === undefined) return;
    recordFact({ kind: 'server', product: this.product, version, seal: type });
  }

  /** Empty where the pod is not there. */
  async uid(): Promise<string> {
    const args = ['get', 'pod', this.pod, '-n', this.namespace, '-o', 'jsonpath={.metadata.uid}'];
    return (await tryKubectl(args)).stdout;
  }

  async log(container: string): Promise<string> {
    const { stdout } = await tryKubectl(['logs', this.pod, '-n', this.namespace, '-c', container]);
    return stdout;
  }

  /** Of the container before this one, too, where there was one. */
  async logs(container: string): Promise<string> {
    const before = ['logs', this.pod, '-n', this.namespace, '-c', container, '--previous'];
    return `${(await tryKubectl(before)).stdout}\n${await this.log(container)}`;
  }

  async logSays(container: string, text: string): Promise<string> {
    return eventually(`"${text}" in the log of ${container}`, async () => {
      const log = await this.log(container);
      return log.includes(text) ? { answer: log } : { seen: log };
    });
  }

  /** The line itself, as soon as a container of this very moment writes it: for what must hit one moment. */
  async when(container: string, text: string, seconds = 120): Promise<string> {
    const follow = ['logs', this.pod, '-n', this.namespace, '-c', container, '--follow'];
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      const log = execa('kubectl', follow, { reject: false, timeout: end - Date.now(), buffer: false });
      for await (const line of log) if (line.includes(text)) return line;
      // The container does not run yet.
      await delay(100);
    }
    throw new Error(`${container} did not say "${text}" within ${seconds} s:\n${await this.describe()}`);
  }

  /** As `kubectl drain` does it: by the Eviction API, which asks disruption budgets. */
  async evict(): Promise<void> {
    const { namespace, pod: name } = this;
    const where = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    await kubectl(['create', '--raw', where, '-f', '-'], { input: JSON.stringify(eviction) });
  }

  /** For an error: what a person would look at. */
  async describe(): Promise<string> {
    const { namespace, product } = this;
    const { stdout: pods } = await tryKubectl(['get', 'pods', '-n', namespace, '-o', 'wide']);
    const { stdout: events } = await tryKubectl([
      'get',
      'events',
      '-n',
      namespace,
      '--sort-by=.lastTimestamp',
    ]);
    const logs: string[] = [];
    for (const container of ['lifeboat-init', 'lifeboat-restore', product])
      logs.push(`--- ${container}\n${(await this.log(container)).split('\n').slice(-15).join('\n')}`);
    return [pods, events.split('\n').slice(-15).join('\n'), ...logs].join('\n');
  }
}
