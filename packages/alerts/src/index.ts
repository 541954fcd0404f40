export type { AlertBatch, AlertProblem } from './alert-batch.js';
export { AlertError } from './alert-error.js';
export { parseAlertmanager } from './alertmanager.js';
export { parseGeneric } from './generic.js';
export { type GenericMapping, genericMappingSchema, parseGenericMapping } from './generic-mapping.js';
export { toTarget } from './label-target.js';
export type { ValuePath } from './value-path.js';
