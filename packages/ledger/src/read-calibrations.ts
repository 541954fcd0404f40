import type { ReadCalibrations } from '@midwatch/core/incident';
import { toCalibrations } from './to-calibrations.js';

/**
 * 180 days: long enough for thirty cases of one level where incidents are few, short enough that what was mended half a year ago
 * speaks for itself alone.
 */
export const calibrationWindowMs = 180 * 86_400_000;

/** What the record of the 180 days before `atMs` allows each analyzer. Rejects when the store does. */
export const readCalibrations: ReadCalibrations = async (ledger, atMs) =>
  toCalibrations(await ledger.settledRecord({ fromMs: Math.max(0, atMs - calibrationWindowMs), toMs: atMs }));
