import { rankMemories, toFeatures, toSignatures } from '@midwatch/core';
import type { Evidence, Memory } from '@midwatch/core/incident';

/** One simulated incident, remembered with the name of its story as its cause. */
export interface Remembered {
  readonly seed: number;
  readonly memory: Memory;
}

export function toRemembered(kind: string, seed: number, evidence: Evidence): Remembered {
  const told = { key: `${kind}-${seed}`, atMs: 0, cause: kind, helped: 0, misled: 0 };
  return { seed, memory: { ...told, ...toFeatures(toSignatures(evidence)) } };
}

/**
 * Shares of all pairs of seeds: how often what is shown first is of the same story in another fleet (`hits`) or of another
 * (`repeatMisleads`), and how often something is shown where no memory of the story is left (`lookAlikeMisleads`).
 */
export function measureRecall(remembered: readonly Remembered[]) {
  const counts = { hits: 0, repeatMisleads: 0, lookAlikeMisleads: 0 };
  let asked = 0;
  for (const seed of new Set(remembered.map((each) => each.seed))) {
    const memories = remembered.filter((each) => each.seed === seed).map(({ memory }) => memory);
    for (const { memory } of remembered.filter((each) => each.seed !== seed)) {
      const firstOf = (of: readonly Memory[]) => rankMemories(memory, of, { total: of.length })[0]?.cause;
      const first = firstOf(memories);
      asked += 1;
      if (first === memory.cause) counts.hits += 1;
      else if (first !== undefined) counts.repeatMisleads += 1;
      if (firstOf(memories.filter(({ cause }) => cause !== memory.cause)) !== undefined) counts.lookAlikeMisleads += 1;
    }
  }
  const share = (count: number) => Math.round((count / asked) * 1000) / 1000;
  return {
    hits: share(counts.hits),
    repeatMisleads: share(counts.repeatMisleads),
    lookAlikeMisleads: share(counts.lookAlikeMisleads),
  };
}
