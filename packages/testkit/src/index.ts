export { sampleBrief, sampleBriefAtMs, sampleRemedy } from './sample-brief.js';
export { createScriptedAnalyzer, type ScriptedAnalyzer, type ScriptedAnswer } from './scripted-analyzer.js';
export {
  createScriptedConnector,
  type ScriptedConnector,
  type ScriptedSources,
  type ScriptedStep,
} from './scripted-connector.js';
export { deploySignal, logSignal, metricSignal, span, traceSignal } from './signals.js';
