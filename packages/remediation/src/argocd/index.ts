export { type ArgoCdExecutor, type ArgoCdExecutorOptions, createArgoCdExecutor } from './argocd-executor.js';
export { argoCdRequests } from './argocd-requests.js';
export type { ApplicationRevision, ArgoCdRequest, ObservedApplication } from './plan-rollback.js';
