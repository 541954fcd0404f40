import type { LedgerStore } from '@midwatch/core/incident';
import type { Accuracy, Figures } from '@midwatch/ledger';
import { countCalibrations, countQuarter, type QuarterIncident, rounded } from '@midwatch/simulator/quarter';
import { createMemoryStore } from '@midwatch/store/memory';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQuarter } from './__fixtures__/quarter-server.js';
import { closeAll, getJson, type TestServer } from './__fixtures__/running-server.js';
import { createAccuracyGauges } from './metrics/accuracy-gauges.js';

const DAY_MS = 86_400_000;
let incidents: readonly QuarterIncident[] = [];
let server: TestServer;
beforeAll(async () => {
  ({ incidents, server } = await startQuarter());
}, 120_000);
afterAll(closeAll);

describe('the simulated quarter', () => {
  it('has in GET /accuracy the figures that loops over its incidents give', async () => {
    for (const window of ['', `?from=${incidents[100]!.openedAtMs}&to=${incidents[400]!.openedAtMs}`]) {
      const { all, calibrations, fromMs, groups, toMs } = await getJson<Accuracy>(
        `${server.url}/accuracy${window}`,
      );
      expect(rounded(calibrations)).toEqual(rounded(countCalibrations(incidents, toMs)));
      expect(rounded(all)).toEqual(rounded(countQuarter(incidents, fromMs, toMs)));
      expect(groups).toEqual([]);
    }
    const { all, groups } = await getJson<Accuracy>(`${server.url}/accuracy?by=service`);
    expect(groups.reduce((sum, { figures }) => sum + figures.incidents, 0)).toBe(all.incidents);
    // The model says HIGH of what is right seven times in ten.
    expect(all.levels.HIGH.precision.upper).toBeLessThan(0.9);
  });

  it('has the same in /metrics, for 30 days and for 90', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const now = Date.now();
    const samples = new Map(
      text.split('\n').map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
    for (const [window, days] of [
      ['30d', 30],
      ['90d', 90],
    ] as const) {
      const expected = expectedSamples(countQuarter(incidents, now - days * DAY_MS, now), window);
      for (const [name, value] of expected)
        expect([name, samples.get(name)]).toEqual([name, expect.closeTo(value, 9)]);
      expect(expected.size).toBe(
        [...samples.keys()].filter((name) => name.includes(`window="${window}"`)).length,
      );
    }
  });

  it('has there what each model and prompt may claim, too', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const samples = text.split('\n').filter((line) => line.startsWith('midwatch_high_'));
    const expected = countCalibrations(incidents, Date.now());
    expect(expected.map(({ ceiling }) => ceiling.confidence)).toContain('MEDIUM');
    const lines = expected.flatMap(({ analyzer, ceiling, right, settled, shrunk }) => {
      const { model = '', name, promptVersion = '' } = analyzer;
      const labels = `analyzer="${name}",model="${model}",prompt_version="${promptVersion}"`;
      return [
        ...(['LOW', 'MEDIUM', 'HIGH'] as const).map(
          (level) =>
            `midwatch_high_ceiling{${labels},confidence="${level}"} ${level === ceiling.confidence ? 1 : 0}`,
        ),
        `midwatch_high_settled_cases{${labels}} ${settled}`,
        `midwatch_high_right_cases{${labels}} ${right}`,
        `midwatch_high_shrunk_ratio{${labels}} ${shrunk}`,
      ];
    });
    expect(samples.toSorted()).toEqual(lines.toSorted());
  });

  it('is there line by line, page after page', async () => {
    const response = await fetch(`${server.url}/analyses`);
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(incidents.reduce((sum, { analyses }) => sum + analyses.length, 0));
    expect(
      new Set(lines.map((line) => `${JSON.parse(line).incidentId} ${JSON.parse(line).number}`)).size,
    ).toBe(lines.length);
    const none = await fetch(`${server.url}/analyses?from=1000&to=2000`);
    expect([none.status, await none.text()]).toEqual([200, '']);
  });

  it.each([
    ['/accuracy?by=moon', 'bad-by'],
    ['/accuracy?from=yesterday', 'bad-time'],
    ['/accuracy?from=2000&to=1000', 'bad-window'],
    ['/accuracy?from=0&to=2026-01-01T00:00:00Z', 'bad-window'],
    ['/analyses?cursor=nothing', 'bad-cursor'],
  ])('refuses %s', async (path, code) => {
    const response = await fetch(`${server.url}${path}`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code } }]);
  });
});

describe('the gauges', () => {
  it('count at most once a minute, and show nothing while the store says nothing', async () => {
    const registry = new Registry();
    let [nowMs, asked, isBroken] = [Date.UTC(2026, 10, 1), 0, false];
    const { settledRecord, tally } = createMemoryStore().ledger;
    const ledger = {
      tally: async (request) => {
        asked += 1;
        if (isBroken) throw new Error('no');
        return tally(request);
      },
      settledRecord,
    } as Partial<LedgerStore> as LedgerStore;
    const read = createAccuracyGauges({ ledger, registers: [registry], now: () => nowMs });
    await read();
    await read();
    expect(asked).toBe(2);
    expect(await registry.metrics()).toContain('midwatch_incidents{window="30d"} 0');
    nowMs += 60_000;
    isBroken = true;
    await read();
    expect(asked).toBe(3);
    expect(await registry.metrics()).not.toContain('{window=');
    nowMs += 60_000;
    isBroken = false;
    await read();
    expect(await registry.metrics()).toContain('midwatch_incidents{window="90d"} 0');
  });
});

/** What each figure is called, written out once more. */
function expectedSamples(figures: Figures, window: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const add = (name: string, value: number | null, labels = '') => {
    if (value !== null) samples.set(`midwatch_${name}{window="${window}"${labels}}`, value);
  };
  add('incidents', figures.incidents);
  add('attempted_ratio', figures.attempted.share);
  add('answered_ratio', figures.answered.share);
  add('abstained_ratio', figures.abstained.share);
  add('settled_ratio', figures.settled.share);
  add('coverage_at_high_ratio', figures.coverageAtHigh.share);
  for (const level of ['HIGH', 'MEDIUM', 'LOW'] as const) {
    const { count, partly, precision, right, unknown, wrong } = figures.levels[level];
    const labels = `,confidence="${level}"`;
    add('analyses', count, labels);
    for (const [judgement, value] of Object.entries({ right, partly, wrong, unknown }))
      add('analyses_judged', value, `${labels},judgement="${judgement}"`);
    add('precision_ratio', precision.share, labels);
    add('precision_lower_ratio', precision.lower, labels);
    add('precision_upper_ratio', precision.upper, labels);
    add('stated_ratio', { HIGH: 0.9, MEDIUM: 0.65, LOW: 0.35 }[level], labels);
  }
  add('false_positives_at_high_ratio', figures.falsePositivesAtHigh.share);
  add('false_positives_at_high_lower_ratio', figures.falsePositivesAtHigh.lower);
  add('false_positives_at_high_upper_ratio', figures.falsePositivesAtHigh.upper);
  add('top1_ratio', figures.top1.share);
  add('top3_ratio', figures.top3.share);
  add('brier_score', figures.calibration.brier);
  add('calibration_error_ratio', figures.calibration.ece);
  add('usefulness_score', figures.usefulness.mean);
  add('usefulness_ratings', figures.usefulness.count);
  for (const [name, times] of [
    ['brief', figures.timeToBrief],
    ['resolve', figures.timeToResolve],
  ] as const) {
    add(`time_to_${name}_seconds`, times.p50Ms! / 1000, ',percentile="50"');
    add(`time_to_${name}_seconds`, times.p95Ms! / 1000, ',percentile="95"');
  }
  add('analyses_cost_usd', figures.cost.usd);
  add('cost_per_incident_usd', figures.cost.perIncidentUsd);
  add('unpriced_answers', figures.cost.unknownPrices);
  return samples;
}
