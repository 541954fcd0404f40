export { admit } from './admit/admit.js';
export { createEvidenceAnalyzer } from './evidence-analyzer/evidence-analyzer.js';
export { groupLines, type LineGroup } from './log-patterns/index.js';
export { reduce } from './reduce.js';
