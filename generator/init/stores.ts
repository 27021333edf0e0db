/** The kinds of stores that can be asked for. */
export const STORES = ['s3', 'gcs', 'azure', 'directory'] as const;

export type StoreKind = (typeof STORES)[number];
