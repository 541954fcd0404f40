export type { Alert } from './alert.js';
export {
  type AdmittedAnalysis,
  type Advice,
  type AdviceAction,
  type Analysis,
  adviceActions,
  analysisSchema,
  type Hypothesis,
  type TimelineEntry,
  type Verdict,
  verdicts,
} from './analysis.js';
export type {
  Brief,
  BriefAction,
  BriefChange,
  BriefEvidence,
  BriefFooter,
  BriefNotChecked,
  BriefNumber,
  BriefQuery,
  BriefSuspect,
} from './brief.js';
export type { Collection, QueryPurpose, SourceReport, SourceState } from './collection.js';
export type { Dossier } from './dossier.js';
export {
  type CallEdge,
  type ChangeFinding,
  type ClusterEventFinding,
  type Confidence,
  type ConfidenceCeiling,
  confidences,
  type Evidence,
  type Finding,
  type FindingKind,
  type LogPatternFinding,
  type LogRate,
  type MetricAroundChange,
  type MetricShiftFinding,
  type SpanStatistics,
  type Suspect,
  type TraceFault,
  type TraceFaultFinding,
} from './finding.js';
export {
  type MessageReference,
  type Notification,
  type Notifier,
  NotifierError,
  type NotifierErrorCode,
  type NotifyCall,
  notifierErrorCodes,
} from './notifier.js';
export type {
  Admit,
  AnalyzeInput,
  Analyzer,
  BriefInput,
  Format,
  FormatInput,
  Redactor,
  Reduce,
  ToBrief,
} from './seams.js';
