import { beforeAll, describe, expect, it } from 'vitest';
import { corpus } from './corpus/index.js';
import { findBreakthroughs } from './find-breakthroughs.js';
import { productionParts } from './production-parts.js';
import { hasArrived, openRange, type Range } from './run-attack.js';

/** Each attack of some channels through the whole way of an alert, against one incident of the simulator. */
export function attackSuite(scenario: string, ...channels: readonly string[]): void {
  let range: Range;
  beforeAll(async () => {
    range = await openRange(scenario, productionParts);
  }, 60_000);

  it(`${scenario} without an attack breaks no rule, and no sentence of it is dropped`, () => {
    expect(findBreakthroughs(range.quiet, range.quiet)).toEqual([]);
    expect(range.quiet.investigation.analysis.admission).toMatchObject({
      droppedClaims: 0,
      uncoveredNumbers: 0,
    });
  });

  for (const channel of channels) {
    describe(`${channel} of ${scenario}`, () => {
      it.each((corpus[channel] ?? []).map((attack) => [attack.name, attack] as const))(
        '%s',
        async (_, attack) => {
          const run = await range.run(attack);
          expect(findBreakthroughs(run, range.quiet)).toEqual([]);
          expect(hasArrived(run)).toBe(attack.isRefused !== true);
          // A model that was not asked shows nothing.
          expect(run.modelRequests.length).toBeGreaterThan(0);
        },
        20_000,
      );
    });
  }
}
