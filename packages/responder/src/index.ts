export { type BudgetVariables, DEFAULT_BUDGETS, readBudgets } from './budgets.js';
export { IntakeFullError } from './intake-full-error.js';
export {
  createInvestigate,
  type Investigate,
  type InvestigateInput,
  type Investigation,
  type InvestigationTimings,
} from './investigate.js';
export { type Grant, type JudgeInput, judge, type Purse } from './judge.js';
export type { KeptLook } from './kept-look.js';
export {
  type CollectedInput,
  type InvestigationParts,
  type Look,
  type LookTimings,
  lookAgain,
  type Sources,
} from './look.js';
export {
  type ActAnswer,
  type ActRequest,
  type PersonAction,
  personActionSchema,
  type RefusalReason,
  refusalReasons,
} from './person-action.js';
export { type LookRecord, readLook } from './read-look.js';
export { type RecalledIncident, recall } from './recall.js';
export type { ReceivedAlert } from './receive-alerts.js';
export { isRequeueable, type RequeueRequest, requeueDead } from './requeue-dead.js';
export { createResponder, type Responder, type WorkRequest } from './responder.js';
export type { ResponderOptions, WorkEvent } from './responder-options.js';
export {
  DEFAULT_RULES,
  type GivenRules,
  type LifeCycleRules,
  type MaintenanceWindow,
  rulesSchema,
  type StormRule,
} from './rules.js';
export { type Runner, type RunnerOptions, runWork } from './run-work.js';
export {
  type Blindness,
  type HeartbeatState,
  readSelfState,
  type SelfState,
} from './self-state.js';
export type { SourceHealth } from './source-health.js';
export {
  describeStopped,
  readStopped,
  resume,
  type Stopped,
  type StopRequest,
  stop,
  whyStopped,
} from './stopped.js';
export type { Statement } from './to-analysis-record.js';
export { type WatchOptions, watchItself } from './watch-itself.js';
export type { HeartbeatRule, WatchRules } from './watch-rules.js';
