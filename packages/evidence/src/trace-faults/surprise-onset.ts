import { surpriseGain } from '../statistics/evidence-gain.js';

export interface SurpriseOnset {
  readonly gain: number;
  /** Index of the first observation after the onset. */
  readonly split: number;
  /** The evidence when everything counts, from the first observation on. */
  readonly gainFromStart: number;
}

/** The split of surprises in order of time that holds to the end and gives the most evidence of a lasting change. */
export function findSurpriseOnset(surprises: readonly number[]): SurpriseOnset {
  let best = { gain: 0, split: surprises.length };
  let sum = 0;
  let gain = 0;
  for (let split = surprises.length - 1; split >= 0; split--) {
    sum += surprises[split] ?? 0;
    gain = surpriseGain(sum, surprises.length - split);
    if (gain > best.gain) best = { gain, split };
  }
  return { ...best, gainFromStart: gain };
}
