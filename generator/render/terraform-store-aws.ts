/** Terraform for Amazon's IAM: a role for each service account (web identity), or a user for each static key. */
import type { S3Store } from '../config/config.ts';
import type { Plan } from '../plan/plan.ts';
import { RIGHTS_IN_WORDS, type StoreUser } from '../plan/store-users.ts';
import { policyName, s3Policies } from './s3-policies.ts';
import { subjectOf, TOKEN_AUDIENCE } from './s3-trust.ts';
import { shortName } from './short-name.ts';
import { hclString, renderText } from './text.ts';

/** Of the names of roles and users in IAM. */
const NAME_LIMIT = 64;

const KEYS = { backup: 'store.s3.roleArn', restore: 'store.s3.restoreRoleArn' } as const;

/** IAM knows nothing of a store that only speaks the protocol. */
function isAmazon({ endpoint }: S3Store): boolean {
  return endpoint === undefined || /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
}

/** An ARN is `arn:aws:iam::123456789012:role/path/of/NAME`; a template of the user's values tells no name. */
function roleOf(user: StoreUser, vault: string) {
  if (user.identity === undefined)
    return { name: hclString(shortName(`lifeboat-${user.who}`, vault, NAME_LIMIT)), path: '/' };
  const groups = /:role(?<path>\/.*?)(?<name>[\w+=,.@-]+)$/.exec(user.identity)?.groups;
  if (groups === undefined) return { name: `var.${user.who}_role_name`, path: '/' };
  return { name: hclString(groups.name ?? ''), path: groups.path ?? '/' };
}

export function awsModule(plan: Plan, store: S3Store, users: readonly StoreUser[]): string | undefined {
  if (!isAmazon(store)) return undefined;
  const { name } = plan.config;
  const policies = s3Policies(name, store);
  const rows = users.map((user) => {
    const { who, key, theirs } = user;
    const role = key === undefined ? roleOf(user, name) : undefined;
    return {
      who,
      title: RIGHTS_IN_WORDS[who],
      policyFile: policyName(who),
      policy: policies[who],
      inlineName: shortName(`lifeboat-${who}`, name, 128),
      role: role ?? false,
      // Where the user's values make the annotation by a template.
      unknownRole: role?.name.startsWith('var.') === true,
      unknownText: `Name of the role that is given as ${user.identity ?? ''}.`,
      make: role !== undefined && !theirs,
      audience: TOKEN_AUDIENCE,
      subject: subjectOf(user),
      outputText: `For ${KEYS[who]} of lifeboat.yaml.`,
      userName: key === undefined ? false : shortName(`lifeboat-${who}`, name, NAME_LIMIT),
      secret: key?.name ?? '',
    };
  });
  return renderText('terraform-store-aws.tf', {
    header: plan.header,
    name,
    bucket: store.bucket,
    region: store.region,
    policyFiles: rows.map(({ policyFile }) => policyFile).join(' and '),
    trusted: rows.some(({ make }) => make),
    provider: store.oidcProviderArn ?? false,
    users: rows,
  });
}
