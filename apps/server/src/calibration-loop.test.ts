import type { Analyzer, Confidence, Judgement, Reduce } from '@midwatch/core/incident';
import { readAccuracy, readCalibrations } from '@midwatch/ledger';
import {
  countCalibrations,
  countQuarter,
  type QuarterIncident,
  rounded,
  simulateQuarter,
} from '@midwatch/simulator/quarter';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { describe, expect, it } from 'vitest';
import { alertOf, analysisOf, openRoom, START_MS } from './__fixtures__/incident-room.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const identity = { name: 'claude', model: 'small-1', promptVersion: 'p3' };

const rate = { count: 9, coveredMs: 60_000, ratePerMinute: 9 };
/** One finding, and evidence that allows HIGH. */
const reduce: Reduce = ({ baseline, baselineName, window }) => ({
  ...{ window, baseline, baselineName, callGraph: [] },
  findings: [
    {
      ...{
        id: 'L1',
        kind: 'log-pattern',
        service: 'checkout',
        template: 'full',
        example: 'full',
        change: 'new',
      },
      ...{
        statement: '"full" 9 times',
        strength: 0.9,
        window: rate,
        traceIds: [],
        signalIds: [],
        queryIds: [],
      },
      ...{ baseline: { ...rate, count: 0, ratePerMinute: 0 }, signalCount: 9 },
    },
  ],
  suspects: [{ service: 'checkout', score: 5, findingIds: ['L1'], victims: [], reason: 'a finding' }],
  ceiling: { confidence: 'HIGH', reasons: [] },
  read: { logs: 9, metrics: 0, traces: 0, deploys: 0, incidents: 0 },
});

/** Says what it is told to say. */
function createSpeaker() {
  const speaker = { confidence: 'HIGH' as Confidence };
  const analyzer: Analyzer = {
    ...identity,
    analyze: async () => ({
      ...analysisOf('checkout is full', { verdict: 'cause-found', confidence: speaker.confidence }),
      hypotheses: [{ statement: 'checkout is full', service: 'checkout', disprovedBy: '', evidence: ['L1'] }],
    }),
  };
  return { analyzer, speaker };
}

/** What the model says of an incident, and what people find. */
interface Case {
  readonly atMs: number;
  readonly confidence: Confidence;
  readonly judgement: Judgement | undefined;
}

/** The cases of the simulated quarter, as those of one model. */
function casesOf(incidents: readonly QuarterIncident[]): readonly Case[] {
  return incidents.flatMap(({ analyses, openedAtMs: atMs, outcome }) => {
    const { confidence } = analyses.find(({ wasShown }) => wasShown) ?? {};
    return confidence === undefined ? [] : [{ atMs, confidence, judgement: outcome?.judgement }];
  });
}

/** A responder whose analyses are calibrated by those before them, and the same incidents beside it. */
async function openLoop() {
  const store = await openSqliteStore({ path: ':memory:' });
  const { analyzer, speaker } = createSpeaker();
  const room = openRoom(store, { reduce, analyzer, readCalibrations });
  const incidents: QuarterIncident[] = [];
  let nowMs = START_MS;
  const goTo = (atMs: number) => {
    room.wait(atMs - nowMs);
    nowMs = atMs;
  };

  async function play({ atMs, confidence, judgement }: Case) {
    goTo(atMs);
    speaker.confidence = confidence;
    const alert = { fingerprint: `f-${atMs}`, startsAtMs: atMs - 60_000 };
    const { incidentId: id } = await room.responder.receive(alertOf(alert));
    await room.workAll();
    goTo(atMs + HOUR_MS);
    await room.responder.receive(alertOf({ ...alert, status: 'resolved', endsAtMs: nowMs }));
    await room.workAll();
    const outcome = judgement && { judgement, service: 'checkout' };
    if (outcome !== undefined)
      await room.responder.act({
        incidentId: id,
        action: { kind: 'settle', ...outcome },
        by: 'ann',
        via: 'page',
      });
    const [alone, shown] = (await store.ledger.history(id)).analyses;
    if (shown === undefined) throw new Error(`${id} has no analysis of the model`);
    const expected = countCalibrations(incidents, atMs)[0]?.ceiling.confidence ?? 'HIGH';
    incidents.push({
      ...{ id, service: 'checkout', openedAtMs: atMs, resolvedAtMs: nowMs, ratings: [] },
      analyses: [alone!, shown],
      ...(outcome && { outcome }),
    });
    return { shown, expected, brief: (await store.getIncident(id))?.brief };
  }

  return { incidents, play, store, now: () => nowMs };
}

function withoutCalibration(incident: QuarterIncident): QuarterIncident {
  const analyses = incident.analyses.map(({ uncalibratedConfidence, ...analysis }) => ({
    ...analysis,
    ...(uncalibratedConfidence && { confidence: uncalibratedConfidence }),
  }));
  return { ...incident, analyses };
}

const rank = { LOW: 0, MEDIUM: 1, HIGH: 2 };

describe('the simulated quarter of an overconfident model, each analysis calibrated by those before it', () => {
  it('brings HIGH down to what it earns, by the figures that loops over the incidents give', async () => {
    const cases = casesOf(simulateQuarter(START_MS + 88 * DAY_MS));
    const loop = await openLoop();
    let firstLowered: number | undefined;
    for (const [index, each] of cases.entries()) {
      const { brief, expected, shown } = await loop.play(each);
      const lowered = rank[expected] < rank[each.confidence];
      expect([index, shown.confidence, shown.uncalibratedConfidence]).toEqual([
        index,
        lowered ? expected : each.confidence,
        lowered ? each.confidence : undefined,
      ]);
      expect(shown.statedConfidence).toBe(each.confidence);
      if (lowered && firstLowered === undefined) {
        firstLowered = index;
        expect(JSON.stringify(brief)).toMatch(
          /HIGH of this model was right in \d+ of \d\d settled cases: shown as MEDIUM at most\./,
        );
      }
    }
    const atMs = loop.now() + 1;
    const after = await readAccuracy(loop.store.ledger, { fromMs: START_MS, toMs: atMs });
    expect(rounded(after.all)).toEqual(rounded(countQuarter(loop.incidents, START_MS, atMs)));
    expect(rounded(after.calibrations)).toEqual(rounded(countCalibrations(loop.incidents, atMs)));
    // The same quarter as it would have been shown.
    const plain = loop.incidents.map(withoutCalibration);
    const before = countQuarter(plain, START_MS, atMs);
    const [earned] = after.calibrations;
    expect(earned).toMatchObject({ analyzer: identity, ceiling: { confidence: 'MEDIUM' } });
    expect(rounded({ ...earned, ceiling: 0 })).toEqual(
      rounded({ ...countCalibrations(plain, atMs)[0], ceiling: 0 }),
    );
    // At HIGH stands what was there before thirty cases were known, and hardly more.
    expect(firstLowered).toBeGreaterThan(30);
    expect(after.all.levels.HIGH.count).toBeLessThan(before.levels.HIGH.count / 3);
    expect(after.all.levels.HIGH.count + after.all.levels.MEDIUM.count).toBe(
      before.levels.HIGH.count + before.levels.MEDIUM.count,
    );
    expect(after.all.calibration.ece).toBeLessThan((before.calibration.ece ?? 0) / 2);
    expect(after.all.calibration.brier).toBeLessThan(before.calibration.brier ?? 0);
  });
});

describe('a model', () => {
  /** Six cases a day; `isRight` by its number. */
  const playDays = async (
    loop: Awaited<ReturnType<typeof openLoop>>,
    count: number,
    isRight: (index: number) => boolean,
    more: Partial<Case> = {},
  ) => {
    const shown: (Confidence | undefined)[] = [];
    const fromMs = loop.now() + HOUR_MS;
    for (let index = 0; index < count; index += 1) {
      const judgement = isRight(index) ? 'right' : 'wrong';
      const atMs = fromMs + index * 4 * HOUR_MS;
      shown.push((await loop.play({ atMs, confidence: 'HIGH', judgement, ...more })).shown.confidence);
    }
    return shown;
  };

  it('is not touched by fewer than 30 cases, and not by cases that nobody settled', async () => {
    const loop = await openLoop();
    expect(new Set(await playDays(loop, 30, () => false))).toEqual(new Set(['HIGH']));
    expect(await playDays(loop, 1, () => false)).toEqual(['LOW']);
    const other = await openLoop();
    expect(new Set(await playDays(other, 60, () => false, { judgement: undefined }))).toEqual(
      new Set(['HIGH']),
    );
  });

  it('that becomes right comes back to HIGH, one time', async () => {
    const loop = await openLoop();
    const bad = await playDays(loop, 45, (index) => index % 3 > 0);
    expect(bad.slice(-15)).toEqual(Array.from({ length: 15 }, () => 'MEDIUM'));
    const good = await playDays(loop, 120, () => true);
    const back = good.indexOf('HIGH');
    expect(back).toBeGreaterThan(20);
    expect(new Set(good.slice(0, back))).toEqual(new Set(['MEDIUM']));
    expect(new Set(good.slice(back))).toEqual(new Set(['HIGH']));
  });
});
