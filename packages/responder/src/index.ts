export { type BudgetVariables, DEFAULT_BUDGETS, readBudgets } from './budgets.js';
export {
  createInvestigate,
  type Investigate,
  type InvestigateInput,
  type Investigation,
  type InvestigationTimings,
} from './investigate.js';
export type { InvestigationParts, LookTimings, Sources } from './look.js';
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
