export {
  type ComparedFigures,
  type ConfidenceCount,
  compareShadow,
  type ShadowComparison,
  type ShadowComparisons,
  type ShadowOutcomes,
} from './compare-shadow.js';
export { type ExportQuery, exportAnalyses } from './export-analyses.js';
export { toMcNemarP } from './mc-nemar.js';
export { type Accuracy, type AccuracyGroup, type AccuracyQuery, readAccuracy } from './read-accuracy.js';
export { calibrationWindowMs, readCalibrations } from './read-calibrations.js';
export { type Estimate, type Share, toEstimate, toShare } from './share.js';
export { statedProbabilities } from './stated-probabilities.js';
export { fewestCases, toCalibrations } from './to-calibrations.js';
export {
  type CalibrationFigures,
  type Figures,
  type LevelFigures,
  type ReliabilityPoint,
  type TimeFigures,
  toFigures,
} from './to-figures.js';
