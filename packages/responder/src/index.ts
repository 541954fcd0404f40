export {
  createInvestigate,
  type Investigate,
  type InvestigateInput,
  type Investigation,
  type InvestigationParts,
  type InvestigationTimings,
} from './investigate.js';
export { redactAlert } from './redact-alert.js';
