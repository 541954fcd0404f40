import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { parseKubeconfigYaml } from './kubeconfig-yaml.js';
import { accessError, type KubernetesAccess } from './kubernetes-access.js';
import { createTlsFetch } from './tls-fetch.js';

export interface KubeconfigOptions {
  /** The file; only one, where `KUBECONFIG` may name several. */
  readonly path: string;
  /** @default its `current-context` */
  readonly context?: string | undefined;
}

const textSchema = z.string().nullish();
const clusterSchema = z.object({
  server: z.string(),
  'certificate-authority': textSchema,
  'certificate-authority-data': textSchema,
  'tls-server-name': textSchema,
  'insecure-skip-tls-verify': z.union([z.string(), z.boolean()]).nullish(),
  'proxy-url': textSchema,
});
const userSchema = z.object({
  token: textSchema,
  tokenFile: textSchema,
  'client-certificate': textSchema,
  'client-certificate-data': textSchema,
  'client-key': textSchema,
  'client-key-data': textSchema,
  username: textSchema,
  password: textSchema,
  exec: z.unknown().optional(),
  'auth-provider': z.unknown().optional(),
});
const named = <T extends z.ZodType>(field: string, schema: T) =>
  z.array(z.looseObject({ name: z.string(), [field]: schema })).nullish();

/** https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
const kubeconfigSchema = z.object({
  'current-context': textSchema,
  clusters: named('cluster', z.unknown()),
  users: named('user', z.unknown()),
  contexts: named('context', z.object({ cluster: z.string(), user: textSchema })),
});
type Kubeconfig = z.infer<typeof kubeconfigSchema>;

/**
 * Where a cluster is and who asks, from a kubeconfig in YAML or JSON. Users that sign in through a program are refused, since
 * Midwatch runs none: make a ServiceAccount and give its token.
 *
 * @throws ConnectorError `config`, without a word of the file.
 */
export async function readKubeconfig({ path, context }: KubeconfigOptions): Promise<KubernetesAccess> {
  const config = parseKubeconfig(await readText(path, 'the kubeconfig'));
  const contextName = context ?? config['current-context'] ?? '';
  const chosen = find(
    config.contexts,
    'context',
    contextName,
    z.object({ cluster: z.string(), user: textSchema }),
  );
  const cluster = find(config.clusters, 'cluster', chosen.cluster, clusterSchema);
  const user = chosen.user ? find(config.users, 'user', chosen.user, userSchema) : undefined;
  refuseWhatIsNotRead(cluster, user);

  const folder = dirname(resolve(path));
  /** Inside the file in base64, or beside it; what is inside wins, as it does for kubectl. */
  const pemOf = async (data: string | null | undefined, file: string | null | undefined, what: string) => {
    if (data) return Buffer.from(data, 'base64').toString('utf8');
    return file ? readText(resolve(folder, file), what) : undefined;
  };
  const [ca, cert, key] = await Promise.all([
    pemOf(
      cluster['certificate-authority-data'],
      cluster['certificate-authority'],
      'the certificate authority',
    ),
    pemOf(user?.['client-certificate-data'], user?.['client-certificate'], 'the client certificate'),
    pemOf(user?.['client-key-data'], user?.['client-key'], 'the client key'),
  ]);
  if ((cert === undefined) !== (key === undefined)) {
    throw accessError('the user of the kubeconfig has a client certificate without its key, or a key alone');
  }
  return {
    baseUrl: cluster.server,
    fetch: toFetch({ ca, cert, key, serverName: cluster['tls-server-name'] ?? undefined }),
    ...credentialsOf(user, folder),
  };
}

function toFetch(options: Parameters<typeof createTlsFetch>[0]): KubernetesAccess['fetch'] {
  try {
    return createTlsFetch(options);
  } catch {
    throw accessError('a certificate or key of the kubeconfig is not PEM');
  }
}

function parseKubeconfig(text: string): Kubeconfig {
  let value: unknown;
  try {
    value = /^\s*\{/.test(text) ? JSON.parse(text) : parseKubeconfigYaml(text);
  } catch (error) {
    // A parser of JSON quotes what it read; ours tells the line alone.
    const place =
      error instanceof SyntaxError && /^line \d+: /.test(error.message) ? ` (${error.message})` : '';
    const advice = 'write it anew with `kubectl config view --raw --flatten -o json`';
    throw accessError(`the kubeconfig cannot be read${place}: ${advice}`);
  }
  const parsed = kubeconfigSchema.safeParse(value);
  if (!parsed.success) throw accessError('the kubeconfig has no clusters, users and contexts');
  return parsed.data;
}

function find<T>(
  entries: readonly Readonly<Record<string, unknown>>[] | null | undefined,
  field: string,
  name: string,
  schema: z.ZodType<T>,
): T {
  const entry = entries?.find((one) => one['name'] === name);
  const parsed = entry === undefined ? undefined : schema.safeParse(entry[field]);
  if (parsed?.success !== true)
    throw accessError(`the kubeconfig has no usable ${field} of the name asked for`);
  return parsed.data;
}

function refuseWhatIsNotRead(
  cluster: z.infer<typeof clusterSchema>,
  user: z.infer<typeof userSchema> | undefined,
): void {
  if (!/^https:\/\//i.test(cluster.server)) throw accessError('the server of the kubeconfig must be https');
  if (String(cluster['insecure-skip-tls-verify'] ?? false) === 'true') {
    throw accessError(
      '`insecure-skip-tls-verify` would give the token to anybody: give `certificate-authority`',
    );
  }
  if (cluster['proxy-url']) throw accessError('`proxy-url` of a kubeconfig is not supported');
  if (user?.exec != null || user?.['auth-provider'] != null) {
    const advice = 'make a ServiceAccount with the shipped role and give its token';
    throw accessError(`the user of the kubeconfig signs in through a program, and none is run: ${advice}`);
  }
}

/** A token file is read on every call, since tokens rotate. */
function credentialsOf(
  user: z.infer<typeof userSchema> | undefined,
  folder: string,
): Pick<KubernetesAccess, 'token' | 'basicAuth'> {
  const file = user?.tokenFile;
  if (file) return { token: async () => (await readText(resolve(folder, file), 'the token file')).trim() };
  if (user?.token) return { token: user.token };
  if (user?.username && user.password) {
    return { basicAuth: { username: user.username, password: user.password } };
  }
  return {};
}

async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw accessError(`${what} cannot be read`);
  }
}
