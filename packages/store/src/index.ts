export type {
  Approvals,
  AuditLog,
  BundleStore,
  ChangeStore,
  ControlStore,
  Outbox,
  StepQueue,
  Store,
  WorkQueue,
} from '@midwatch/core/incident';
export { StoreError, type StoreErrorCode } from './store-error.js';
export { maxBundleBytes, maxTextBytes } from './stored-text.js';
