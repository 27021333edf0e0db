/** IAM policies of the bucket: what the backup needs, and what a restore needs. JSON has no comments: the Sids speak. */
import type { S3Store } from '../config/config.ts';
import type { Who } from '../config/static-key.ts';
import type { Plan } from '../plan/plan.ts';
import { storeUsers } from '../plan/store-users.ts';
import type { RenderedFile } from './file.ts';

/** `aws`, `aws-cn`, `aws-us-gov`: part of every ARN. */
function partition({ roleArn, restoreRoleArn, region }: S3Store): string {
  const role = roleArn ?? restoreRoleArn;
  if (role !== undefined) return role.split(':')[1] ?? 'aws';
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

export function policyName(who: Who): string {
  return `s3-policy-${who}.json`;
}

function policy(statements: readonly Statement[]): string {
  return `${JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)}\n`;
}

/** With a key of one's own the bucket asks for it in the caller's name; through S3 alone, and for nothing else. */
function keyStatements({ kmsKeyArn }: S3Store): readonly Statement[] {
  if (kmsKeyArn === undefined) return [];
  const [, partition = 'aws', , region = ''] = kmsKeyArn.split(':');
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return [
    {
      Sid: 'LifeboatKey',
      Effect: 'Allow',
      // Decrypt to write as well: the parts of a multipart upload are put together with it.
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [kmsKeyArn],
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.${domain}` } },
    },
  ];
}

/** The text of both policies. */
export function s3Policies(name: string, s3: S3Store): Readonly<Record<Who, string>> {
  const bucket = `arn:${partition(s3)}:s3:::${s3.bucket}`;
  const folder = [s3.prefix, name].filter((part) => part !== '').join('/');
  const inFolder = (pattern: string): string => `${bucket}/${folder}/${pattern}`;
  const list: Statement = {
    Sid: 'LifeboatList',
    Effect: 'Allow',
    Action: ['s3:ListBucket'],
    Resource: [bucket],
    Condition: { StringLike: { 's3:prefix': [`${folder}/*`] } },
  };
  const read: Statement = {
    Sid: 'LifeboatRead',
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: [inFolder('*')],
  };
  const backup = policy([
    list,
    read,
    {
      Sid: 'LifeboatWrite',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:AbortMultipartUpload'],
      Resource: [inFolder('*')],
    },
    {
      Sid: 'LifeboatUnfinished',
      Effect: 'Allow',
      // Uploads of backups that were killed. IAM knows no condition on the prefix here.
      Action: ['s3:ListBucketMultipartUploads'],
      Resource: [bucket],
    },
    // Pruning: snapshots and their manifests alone.
    {
      Sid: 'LifeboatPrune',
      Effect: 'Allow',
      Action: ['s3:DeleteObject'],
      Resource: [inFolder('snapshots/*')],
    },
    ...keyStatements(s3),
  ]);
  const receipts: Statement = {
    Sid: 'LifeboatReceipts',
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:AbortMultipartUpload'],
    Resource: [inFolder('receipts/*')],
  };
  return { backup, restore: policy([list, read, receipts, ...keyStatements(s3)]) };
}

export function s3PolicyFiles({ config, facts }: Plan): readonly RenderedFile[] {
  if (!('s3' in config.store)) return [];
  const texts = s3Policies(config.name, config.store.s3);
  return storeUsers(config, facts).map(({ who }) => ({ name: policyName(who), text: texts[who] }));
}
