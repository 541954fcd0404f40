export type { KubernetesAccess } from './kubernetes-access.js';
export { type InClusterOptions, readInCluster } from './read-in-cluster.js';
export { type KubeconfigOptions, readKubeconfig } from './read-kubeconfig.js';
