export type { LogCoverage } from './coverage.js';
export {
  findLogPatterns,
  type LogPattern,
  type LogPatternInput,
  type LogPatterns,
  type PatternRate,
} from './find-log-patterns.js';
export { groupLines, type LineGroup } from './group-lines.js';
export { levelOfSeverity, parseLogLevel } from './log-level.js';
export type { PatternChange } from './pattern-change.js';
export {
  createTemplateMiner,
  type Template,
  type TemplateMiner,
  type TemplateMinerOptions,
} from './template-miner.js';
