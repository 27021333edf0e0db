/** The environment of a test: settings of the user's own Vault, cloud and cluster must not reach it. */
const FOREIGN = /^(?:VAULT|BAO|AWS|KUBE\w*|HELM)_(?!BIN$)|^KUBECONFIG$|^NODE_TEST_CONTEXT$/;

export function testEnvironment(env = process.env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.test(name)));
}
