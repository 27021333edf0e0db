/** IAM policies of the bucket: what the backup needs, and what a restore needs. JSON has no comments: the Sids speak. */
import type { S3Store } from '../config/config.ts';
import type { Plan } from '../plan/plan.ts';
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

function policy(name: string, statements: readonly Statement[]): RenderedFile {
  return { name, text: `${JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)}\n` };
}

export function s3PolicyFiles({ config }: Plan): readonly RenderedFile[] {
  if (!('s3' in config.store)) return [];
  const { s3 } = config.store;
  const bucket = `arn:${partition(s3)}:s3:::${s3.bucket}`;
  const folder = [s3.prefix, config.name].filter((part) => part !== '').join('/');
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
  const backup = policy('s3-policy-backup.json', [
    list,
    read,
    {
      Sid: 'LifeboatWrite',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:AbortMultipartUpload'],
      Resource: [inFolder('*')],
    },
    // Pruning: snapshots and their manifests alone.
    {
      Sid: 'LifeboatPrune',
      Effect: 'Allow',
      Action: ['s3:DeleteObject'],
      Resource: [inFolder('snapshots/*')],
    },
  ]);
  if (!config.restore.enabled) return [backup];
  const receipts: Statement = {
    Sid: 'LifeboatReceipts',
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:AbortMultipartUpload'],
    Resource: [inFolder('receipts/*')],
  };
  return [backup, policy('s3-policy-restore.json', [list, read, receipts])];
}
