/** What is used of the SDK of Azure; a file of its own in the program (scripts/bundle.mjs), read only where it is used. */
export {
  AnonymousCredential,
  type BlockBlobClient,
  type BlockBlobCommitBlockListOptions,
  ContainerClient,
  type IHttpClient,
  newPipeline,
  RestError,
  StorageSharedKeyCredential,
  type WebResource,
} from '@azure/storage-blob';
