/** What the rendered policies allow in Vault, in the bucket and in the cluster: never more than the work needs. */
import { hclItems } from '../../../contract/hcl-items.ts';
import type { Config } from '../../config/config.ts';
import type { RenderedFile } from '../../render/file.ts';
import { readManifests } from '../manifests.ts';
import type { Policy } from './view.ts';

/** Nothing is changed by these; `sudo` alone opens no more than what stands beside it. */
const READING = ['read', 'list', 'sudo', 'deny'];
/** A token may look at itself, and put itself away. */
const OF_ITSELF = /^auth\/token\/(?:renew|revoke|lookup)-self$/;

function capabilities(body: string): readonly string[] {
  const list = hclItems(body).find(({ name }) => name === 'capabilities')?.body ?? '';
  return [...list.matchAll(/"([^"]*)"/g)].map(([, capability = '']) => capability);
}

/** The backup may look, and change nothing. */
export const policyLeastPrivilege: Policy = ({ files }) =>
  files
    .filter(({ name }) => name === 'vault-policy.hcl')
    .flatMap(({ name: file, text }) =>
      hclItems(text)
        .filter(({ name, labels }) => name === 'path' && !OF_ITSELF.test(labels[0] ?? ''))
        .flatMap(({ labels, body }) =>
          capabilities(body)
            .filter((capability) => !READING.includes(capability))
            .map((capability) => ({
              message: `${file} allows "${capability}" on ${labels[0] ?? ''}, and a backup only reads`,
              path: ['backup'],
            })),
        ),
    );

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const READS = /^s3:(?:Get|List|Head)[A-Za-z]*$/;
/** Of a key (`kms:Decrypt`) nothing is said here: what it opens is in a bucket. */
const OF_BUCKETS = /^(?:s3:|\*)/;
const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

function folderOf({ store, name }: Config): string | undefined {
  if (!('s3' in store)) return undefined;
  return [store.s3.bucket, store.s3.prefix, name, '']
    .filter((part, index) => part !== '' || index === 3)
    .join('/');
}

function writesOutside({ name, text }: RenderedFile, folder: string): readonly string[] {
  const { Statement: statements } = JSON.parse(text) as { readonly Statement: readonly Statement[] };
  return statements.flatMap(({ Action, Resource }) => {
    const writes = listOf(Action).filter((action) => OF_BUCKETS.test(action) && !READS.test(action));
    if (writes.length === 0) return [];
    return listOf(Resource)
      .filter((resource) => !resource.replace(/^arn:[\w-]+:s3:::/, '').startsWith(folder))
      .map((resource) => `${name} allows ${writes.join(', ')} on ${resource}, outside of ${folder}`);
  });
}

export const bucketLeastPrivilege: Policy = ({ files, plan }) => {
  const folder = folderOf(plan.config);
  if (folder === undefined) return [];
  return files
    .filter(({ name }) => /^s3-policy-.*\.json$/.test(name))
    .flatMap((file) => writesOutside(file, folder))
    .map((message) => ({ message, path: ['store', 's3'] }));
};

const LOOKING = ['get', 'list', 'watch'];

/** The server's pods may look at a few objects of the cluster, and never at Secrets. */
export const clusterLeastPrivilege: Policy = ({ files }) =>
  files
    .filter(({ name }) => name === 'rbac.yaml')
    .flatMap(({ text }) => readManifests(text))
    .flatMap(({ kind, rules = [] }) => rules.map((rule) => ({ kind, rule })))
    .flatMap(({ kind, rule: { verbs = [], resources = [] } }) => [
      ...verbs
        .filter((verb) => !LOOKING.includes(verb))
        .map((verb) => `rbac.yaml: a ${kind} allows "${verb}" on ${resources.join(', ')}`),
      ...resources
        .filter((resource) => resource === 'secrets' || resource === '*')
        .map((resource) => `rbac.yaml: a ${kind} opens ${resource}`),
    ])
    .map((message) => ({ message, path: ['restore'] }));
