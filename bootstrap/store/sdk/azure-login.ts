/** Logins to Azure; a file of its own in the program (scripts/bundle.mjs), read only where no key is mounted. */
export { DefaultAzureCredential, type TokenCredential } from '@azure/identity';
