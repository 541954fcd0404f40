export type { ApplyCall, Executor, ExecutorOptions, UsedApproval } from './executor.js';
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
