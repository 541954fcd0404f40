export { type ActionStore, type CarriedOut, type CarryOutRequest, carryOut } from './carry-out.js';
export type { ApplyCall, Executor, ExecutorOptions, UsedApproval } from './executor.js';
export { evaluateGates, type GateAnswers, gates } from './gates/evaluate-gates.js';
export { lowerBound } from './gates/evidence-gates.js';
export type {
  DecidedApproval,
  FreezeWindow,
  GateAnswer,
  GateInput,
  HighRecord,
  ServiceSettings,
} from './gates/gate-input.js';
export {
  type Action,
  type ActionKind,
  actionKinds,
  type BlastRadius,
  type Outcome,
  type Plan,
  type PlanAnswer,
  parsePlan,
  type Refusal,
  type Refused,
  refusals,
} from './plan.js';
export type { SchemaMigrations } from './schema-migrations.js';
export { type Observed, type Target, type TargetName, targetsOf } from './target.js';
export { VERSION } from './version.js';
