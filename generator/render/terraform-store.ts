/**
 * terraform/store/main.tf: the cloud identities of both pods and their rights, as a root module. One for each cloud;
 * none for a volume, for a store that only speaks a cloud's protocol, and for keys of a whole Azure account.
 */
import type { Plan } from '../plan/plan.ts';
import { areOne, type StoreUser, storeUsers } from '../plan/store-users.ts';
import type { RenderedFile } from './file.ts';
import { awsModule } from './terraform-store-aws.ts';
import { azureModule } from './terraform-store-azure.ts';
import { googleModule } from './terraform-store-google.ts';

/** One for the two where they use the same key. */
function distinctUsers({ config, facts }: Plan): readonly StoreUser[] {
  const users = storeUsers(config, facts);
  return users[0]?.key !== undefined && areOne(users) ? users.slice(0, 1) : users;
}

export function terraformStoreFiles(plan: Plan): readonly RenderedFile[] {
  const { store } = plan.config;
  const users = distinctUsers(plan);
  const text =
    's3' in store
      ? awsModule(plan, store.s3, users)
      : 'gcs' in store
        ? googleModule(plan, store.gcs, users)
        : 'azure' in store
          ? azureModule(plan, store.azure, users)
          : undefined;
  return text === undefined ? [] : [{ name: 'terraform/store/main.tf', text }];
}
