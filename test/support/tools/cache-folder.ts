/** Programs and charts of the tests are kept where the product keeps its charts. */
export { cacheFolder, type Environment } from '../../../generator/helm/cache-folder.ts';
