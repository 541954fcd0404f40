export { createRemediator, type RemediatorOptions } from './create-remediator.js';
export type { ApplyCall, Executor, ExecutorOptions, PlanWish, UsedApproval } from './executor.js';
export { evaluateGates, type GateAnswers, gates } from './gates/evaluate-gates.js';
export { lowerBound } from './gates/evidence-gates.js';
export type {
  DecidedApproval,
  FreezeWindow,
  GateInput,
  HighRecord,
  ServiceSettings,
  UndoneAction,
} from './gates/gate-input.js';
export {
  type Action,
  type ActionKind,
  actionKinds,
  type BlastRadius,
  type Outcome,
  type Plan,
  type PlanAnswer,
  type Purpose,
  parsePlan,
  type Refusal,
  type Refused,
  refusals,
} from './plan.js';
export { type RemediationSettings, remediationSettingsSchema } from './remediation-settings.js';
export type { RemediationStore } from './remediation-store.js';
export type { SchemaMigrations } from './schema-migrations.js';
export { type Observed, type Target, type TargetName, targetsOf } from './target.js';
export { VERSION } from './version.js';
