/** The version of Kubernetes that charts are told without a cluster: some builds of Helm name one of long ago. */
export const KUBERNETES_VERSION = '1.34.0';
