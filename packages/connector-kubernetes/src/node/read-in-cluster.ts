import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessError, type KubernetesAccess } from './kubernetes-access.js';
import { createTlsFetch } from './tls-fetch.js';

export interface InClusterOptions {
  /** Where the service account is mounted. @default `/var/run/secrets/kubernetes.io/serviceaccount` */
  readonly folder?: string | undefined;
}

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The service account of the pod that this runs in: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/. Its
 * token is replaced about every hour, so that the file is read on every call.
 *
 * @throws ConnectorError `config` when no service account is mounted.
 */
export async function readInCluster({ folder = mounted }: InClusterOptions = {}): Promise<KubernetesAccess> {
  let ca: string;
  try {
    ca = await readFile(join(folder, 'ca.crt'), 'utf8');
    await readFile(join(folder, 'token'), 'utf8');
  } catch {
    throw accessError('no service account is mounted here: run in a pod, or give a kubeconfig');
  }
  return {
    baseUrl: 'https://kubernetes.default.svc',
    token: async () => (await readFile(join(folder, 'token'), 'utf8')).trim(),
    fetch: createTlsFetch({ ca }),
  };
}
