/**
 * rbac.yaml: what the server's service account may read besides what the chart gives it: the claims of its namespace
 * (is a replica's disk there at all?) and the UID of kube-system (which cluster is this?). Nothing can be written.
 */
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from './file.ts';
import { yamlText } from './yaml-text.ts';

const RBAC = 'rbac.authorization.k8s.io';

export function rbacFile(plan: Plan): RenderedFile {
  const { config, facts, names } = plan;
  const { namespace, name } = config.release;
  const labels = {
    'app.kubernetes.io/name': 'vault-lifeboat',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/part-of': 'vault-lifeboat',
  };
  const subjects = [{ kind: 'ServiceAccount', name: facts.account.name, namespace }];
  const documents = [
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: { name: names.rbac, namespace, labels },
      rules: [{ apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list'] }],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: names.rbac, namespace, labels },
      roleRef: { apiGroup: RBAC, kind: 'Role', name: names.rbac },
      subjects,
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: names.clusterRbac, labels },
      rules: [{ apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] }],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: names.clusterRbac, labels },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: names.clusterRbac },
      subjects,
    },
  ];
  const header = `${plan.header}\nApply it before either chart: kubectl apply -f rbac.yaml`;
  const texts = documents.map((document, index) =>
    index === 0 ? yamlText(document, header) : yamlText(document),
  );
  return { name: 'rbac.yaml', text: texts.join('---\n') };
}
