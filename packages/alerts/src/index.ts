export type { AlertBatch, AlertProblem } from './alert-batch.js';
export { AlertError } from './alert-error.js';
export { parseAlertmanager } from './alertmanager.js';
export { toTarget } from './label-target.js';
