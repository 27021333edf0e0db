/**
 * The notes that Helm prints after an install. `helm template` leaves them out and a dry run of `helm install` wants a
 * cluster, so that they are rendered as an extra manifest, by the chart's own `tpl`.
 */
import assert from 'node:assert/strict';
import { CI_FILES, type CiFile, helmTest, manifests } from './helm.ts';

const SHOWN = `
apiVersion: v1
kind: Notes
metadata: {name: notes}
text: {{ include "vault-lifeboat/templates/NOTES.txt" . | toJson }}
`;

async function notes(file: CiFile, values: object = {}): Promise<string> {
  const objects = await manifests(file, { values: { ...values, extraManifests: [SHOWN] } });
  return String(objects.find(({ kind }) => kind === 'Notes')?.text);
}

helmTest('they say how to take a backup now and see its log', async () => {
  const text = await notes('directory');
  assert.match(text, /kubectl -n vault create job "\$JOB" --from=cronjob\/lb-vault-lifeboat\n/);
  assert.match(text, /kubectl -n vault logs -f \S+ "job\/\$JOB"/);
});

helmTest('they say what to look at when a backup fails', async () => {
  const text = await notes('directory');
  const selector = 'app.kubernetes.io/instance=lb,app.kubernetes.io/component=backup';
  for (const command of ['get jobs,pods', 'logs', 'describe pods'])
    assert.ok(text.includes(`kubectl -n vault ${command} -l ${selector}`), command);
  assert.match(text, /Exit codes 2, 3 and 11 .* are not tried again/);
});

helmTest('they list the Secrets and ConfigMaps that must exist, with their keys', async () => {
  const text = await notes('s3-approle');
  assert.match(text, /- Secret store-credentials, the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n/);
  assert.match(text, /- Secret backup-approle, the keys role_id and secret_id\n/);
  assert.match(text, /- Secret vault-ca, the key tls-ca\.pem\n/);
  assert.match(text, /- ConfigMap store-ca, the key ca\.crt\n/);
  assert.match(text, /kubectl -n vault get secret store-credentials backup-approle vault-ca\n/);
  assert.match(text, /kubectl -n vault get configmap store-ca\n/);
});

helmTest(
  'without Secrets they name the role in Vault, its service account and audience, and no Secret',
  async () => {
    const text = await notes('s3-kubernetes');
    assert.match(text, /the role "lifeboat-backup" of the auth method "kubernetes"/);
    assert.match(text, /vault-lifeboat of the namespace vault and the audience vault\n/);
    assert.doesNotMatch(text, /Secret/);
  },
);

helmTest('they say loudly that backups are suspended, and only then', async () => {
  assert.match(await notes('full'), /BACKUPS ARE SUSPENDED/);
  assert.doesNotMatch(await notes('directory'), /SUSPENDED/);
});

for (const file of CI_FILES) {
  helmTest(`those of ci/${file}-values.yaml are readable text`, async () => {
    const text = await notes(file);
    assert.doesNotMatch(text, /<no value>|<nil>|%!|map\[|\{\{/);
    assert.doesNotMatch(text, /[ \t]\n|\n\n\n/);
    assert.ok(text.startsWith('The CronJob '));
  });
}
