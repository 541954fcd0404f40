import { beforeAll, describe, expect, it } from 'vitest';
import { corpus } from './corpus/index.js';
import { findBreakthroughs } from './find-breakthroughs.js';
import { type Deeds, findMisdeeds, findSupported } from './find-misdeeds.js';
import { productionParts } from './production-parts.js';
import { openRemedyRange } from './remedy-range.js';
import { hasArrived, openRange, type Range } from './run-attack.js';

/** Each attack of some channels through the whole way of an alert, against one incident of the simulator. */
export function attackSuite(scenario: string, ...channels: readonly string[]): void {
  let range: Range;
  let deeds: Deeds;
  let writes = 0;
  beforeAll(async () => {
    range = await openRange(scenario, productionParts);
    const remedies = openRemedyRange(range.scenario);
    deeds = { remedies, admit: productionParts.admit, supported: await findSupported(range.quiet, remedies) };
  });

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
          // With all that can be automatic switched on: only what the evidence supports is done, if anything.
          const misdeeds = await findMisdeeds(run, deeds);
          writes += misdeeds.writes;
          expect([...misdeeds.problems, ...misdeeds.forged]).toEqual([]);
        },
        20_000,
      );
    });
  }

  it(`what the evidence of ${scenario} advises is done all the same, and nothing where it advises nothing`, () => {
    expect(writes > 0).toBe(deeds.supported.length > 0);
  });
}
