import type { AnalyzerIdentity } from './analysis.js';
import type { ConfidenceCeiling } from './finding.js';
import type { LedgerStore } from './ledger.js';

/** What one analyzer earned at HIGH, and what it may therefore claim. Another model or prompt version is another analyzer. */
export interface Calibration {
  readonly analyzer: AnalyzerIdentity;
  /** Cases that people judged right, partly or wrong, at HIGH as it would have been shown without calibration. */
  readonly settled: number;
  readonly right: number;
  /** From 0 to 1: right of settled, shrunk to what HIGH stands for. */
  readonly shrunk: number;
  /** HIGH, without reasons, where nothing is lowered. */
  readonly ceiling: ConfidenceCeiling;
}

/** What the record allows at a time. One for each analyzer that has a settled case at HIGH; the others may claim HIGH. */
export type ReadCalibrations = (
  ledger: Pick<LedgerStore, 'settledRecord'>,
  atMs: number,
) => Promise<readonly Calibration[]>;
