export {
  createKubernetesExecutor,
  type KubernetesExecutor,
  type KubernetesExecutorOptions,
} from './kubernetes-executor.js';
export { kubernetesRequests } from './kubernetes-requests.js';
export {
  type DeploymentAutoscaler,
  type DeploymentRevision,
  NotControlledError,
  type ObservedDeployment,
} from './observe-deployment.js';
export type { KubernetesRequest, ScaleBounds } from './plan-action.js';
