/**
 * Trust policies of the two roles: the tokens of exactly one Kubernetes service account may take each (IAM roles for
 * service accounts). Rendered where the cluster's OIDC provider is known; a role of the user's own keeps its trust.
 */
import type { Plan } from '../plan/plan.ts';
import { storeUsers } from '../plan/store-users.ts';
import type { RenderedFile } from './file.ts';

/** What the webhook of EKS asks the cluster to make a pod's token for. */
export const TOKEN_AUDIENCE = 'sts.amazonaws.com';

export function subjectOf(user: { readonly namespace: string; readonly serviceAccount: string }): string {
  return `system:serviceaccount:${user.namespace}:${user.serviceAccount}`;
}

export function s3TrustFiles({ config, facts }: Plan): readonly RenderedFile[] {
  const { store } = config;
  const provider = 's3' in store ? store.s3.oidcProviderArn : undefined;
  if (provider === undefined) return [];
  const issuer = provider.slice(provider.indexOf('/') + 1);
  return storeUsers(config, facts)
    .filter(({ key, theirs }) => key === undefined && !theirs)
    .map((user) => {
      const policy = {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'LifeboatPod',
            Effect: 'Allow',
            Principal: { Federated: provider },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: { [`${issuer}:aud`]: TOKEN_AUDIENCE, [`${issuer}:sub`]: subjectOf(user) },
            },
          },
        ],
      };
      return { name: `s3-trust-${user.who}.json`, text: `${JSON.stringify(policy, null, 2)}\n` };
    });
}
