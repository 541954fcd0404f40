import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkManifests, type Manifest } from './check-manifests.ts';
import { installChartTools } from './tools.ts';

const base = ['image.repository=images.example.com/midwatch', 'existingSecret=midwatch'];
const reader = 'kubernetesReader.enabled=true';

/** Each is linted, rendered and validated. */
const accepted: Readonly<Record<string, readonly string[]>> = {
  'PostgreSQL, nothing else': [],
  'PostgreSQL, everything': [
    'configuration=export default {}',
    reader,
    'kubernetesReader.flux=true',
    'remediation.enabled=true',
    'remediation.namespaces={shop,billing}',
    'networkPolicy.enabled=true',
    'networkPolicy.ingressFrom[0].namespaceSelector.matchLabels.team=watch',
    'networkPolicy.egress[0].ports[0].port=443',
    'serviceMonitor.enabled=true',
    'serviceMonitor.labels.release=prometheus',
    'image.tag=1.2.3',
    'imagePullSecrets[0].name=pull',
    'environment.SLACK_CHANNEL=C0EXAMPLE',
    'environment.MIDWATCH_BUDGET_DAY_USD=2.5',
    'environment.OTEL_SERVICE_NAME=midwatch',
    'extraEnvironment[0].name=NOTES_TOKEN',
    'extraEnvironment[0].valueFrom.secretKeyRef.name=notes',
    'extraEnvironment[0].valueFrom.secretKeyRef.key=token',
    'serviceAccount.annotations.team=watch',
    'service.type=LoadBalancer',
    'service.annotations.team=watch',
    'podAnnotations.team=watch',
    'podLabels.team=watch',
    'nodeSelector.pool=small',
    'tolerations[0].key=small',
    'tolerations[0].operator=Exists',
    'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight=1',
    'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchFields[0].key=metadata.name',
    'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchFields[0].operator=Exists',
    'priorityClassName=high',
  ],
  'SQLite on a new volume': ['database.engine=sqlite', 'replicas=1', 'database.sqlite.storageClass=fast'],
  'SQLite on a volume of yours': [
    'database.engine=sqlite',
    'replicas=1',
    'database.sqlite.existingClaim=mine',
  ],
  'a reader of two namespaces': [
    reader,
    'kubernetesReader.namespaces={shop,billing}',
    'kubernetesReader.configMaps=false',
    'serviceAccount.name=mine',
    'remediation.enabled=true',
    'remediation.namespaces={shop}',
    'remediation.deployments={api,web}',
    'existingConfigMap=mine',
    'networkPolicy.enabled=true',
    `image.digest=sha256:${'0'.repeat(64)}`,
  ],
};

/** Each is refused, with these words. */
const refused: readonly (readonly [string, readonly string[]])[] = [
  ['that one process owns', [...base, 'database.engine=sqlite', 'replicas=2']],
  ['existingSecret is empty', ['image.repository=images.example.com/midwatch']],
  ['image.repository is empty', ['existingSecret=midwatch']],
  ['remediation.namespaces is empty', [...base, 'remediation.enabled=true']],
  ['both set', [...base, 'configuration=x', 'existingConfigMap=y']],
  ['not allowed', [...base, 'environment.DATABASE_URL=x']],
  ['not allowed', [...base, 'replicaCount=3']],
];

/**
 * By Helm, and by the API's types; that the reader's roles only read, no more than the connector asks for, and that the account
 * for actions, which is off by default, is another one with exactly the rights that the executor asks for.
 */
export async function checkChart(root: string, workFolder: string): Promise<string> {
  const { folder, helm } = installChartTools(root);
  const loadTool = createRequire(join(folder, 'package.json'));
  const { parseAllDocuments } = loadTool('yaml') as {
    parseAllDocuments(text: string): { toJSON(): Manifest | null }[];
  };
  const chart = join(root, 'apps/server/chart');
  const call = (...args: readonly string[]) =>
    execFileSync(helm, args, { cwd: workFolder, encoding: 'utf8', stdio: 'pipe' });
  const read = (text: string) =>
    parseAllDocuments(text)
      .map((each) => each.toJSON())
      .filter((each) => each !== null);
  const settings = (values: readonly string[]) => values.flatMap((value) => ['--set', value]);

  const all: Manifest[] = [];
  for (const [title, values] of Object.entries(accepted)) {
    call('lint', chart, '--strict', ...settings([...base, ...values]));
    const text = call('template', 'night', chart, '--namespace', 'watch', ...settings([...base, ...values]));
    all.push(...read(text).map((manifest) => ({ ...manifest, title })));
  }
  for (const [words, values] of refused)
    expectRefusal(words, () => call('template', chart, ...settings(values)));
  const rulesOf = (file: string) =>
    read(readFileSync(join(root, file), 'utf8')).flatMap((manifest) => manifest.rules ?? []);
  const shipped = rulesOf('packages/connector-kubernetes/rbac/cluster-role.yaml');
  const [actions, others] = [all.filter(isForActions), all.filter((manifest) => !isForActions(manifest))];
  for (const manifest of others) expectOnlyReading(manifest, shipped);
  expectSameRules(all, shipped);
  expectActions(actions, rulesOf('packages/remediation/access/kubernetes-role.yaml'));
  const validated = await checkManifests(all, { toolFolder: folder, root });
  return `${Object.keys(accepted).length} sets of values accepted, ${refused.length} refused; ${validated}`;
}

function expectRefusal(words: string, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr);
    if (said.includes(words)) return;
    throw new Error(`the chart says ${said} instead of "${words}"`);
  }
  throw new Error(`the chart accepts what it should refuse with "${words}"`);
}

const isForActions = ({ metadata }: Manifest) => metadata.name.endsWith('-actions');

/** Only where it is switched on, bound to its own account alone. */
function expectActions(manifests: readonly Manifest[], shipped: readonly object[]): void {
  const titles = new Set(manifests.map(({ title }) => title));
  const wanted = ['PostgreSQL, everything', 'a reader of two namespaces'];
  if (ruleText([...titles]) !== ruleText(wanted))
    throw new Error(`accounts for actions: ${[...titles].join()}`);
  for (const { kind, metadata, rules = [], subjects, title } of manifests) {
    if (kind === 'ClusterRole' || kind === 'ClusterRoleBinding')
      throw new Error(`${title}: a ${kind} for actions`);
    const bound = (subjects ?? []).map(({ name }) => name);
    if (bound.some((name) => name !== metadata.name))
      throw new Error(`${title}: actions are granted to ${bound.join()}`);
    const plain = rules.map(({ resourceNames: _, ...rule }) => rule);
    if (kind === 'Role' && ruleText(plain) !== ruleText(shipped))
      throw new Error(
        `${title}: the Role for actions is not that of packages/remediation/access/kubernetes-role.yaml`,
      );
    const isNamed = rules[0]?.resourceNames?.join() === 'api,web';
    if (kind === 'Role' && isNamed !== (title === wanted[1]))
      throw new Error(`${title}: the Role for actions names the wrong Deployments`);
  }
}

const readingVerbs = ['get', 'list', 'watch'];
const ruleText = (rule: object) => JSON.stringify(rule);

function expectOnlyReading({ kind, rules = [], title }: Manifest, shipped: readonly object[]): void {
  if (rules.length === 0 && kind.endsWith('Role')) throw new Error(`${title}: a ${kind} without rules`);
  for (const rule of rules) {
    const { apiGroups, resources, verbs } = rule;
    const isReading = verbs.every((verb) => readingVerbs.includes(verb));
    const isPlain = [...apiGroups, ...resources, ...verbs].every((name) => !/\*|secret/i.test(name));
    const isShipped = shipped.some(
      (other) => ruleText(other).replace(',"nodes"', '') === ruleText(rule).replace(',"nodes"', ''),
    );
    if (!isReading || !isPlain || !isShipped) throw new Error(`${title}: ${kind} grants ${ruleText(rule)}`);
  }
}

/** With everything switched on it is the connector's own ClusterRole. */
function expectSameRules(all: readonly Manifest[], shipped: readonly object[]): void {
  const granted = all.find(({ kind, title }) => kind === 'ClusterRole' && title === 'PostgreSQL, everything');
  if (ruleText(granted?.rules ?? []) !== ruleText(shipped)) {
    throw new Error(
      "the chart's ClusterRole is not that of packages/connector-kubernetes/rbac/cluster-role.yaml",
    );
  }
}
