import type { NewAnalysis, NewOutcome, SettledAnalysis, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleAnalysis } from './sample-analysis.js';
import { sampleRecord } from './sample-records.js';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 8, 1);
const window = { fromMs: START_MS + 20 * MINUTE_MS, toMs: START_MS + 150 * MINUTE_MS };

const shown = { name: 'claude', model: 'small-1', promptVersion: 'p3' };
const larger = { name: 'claude', model: 'large-1', promptVersion: 'p3' };
const shadows = [{ name: 'claude', model: 'small-1', promptVersion: 'p4' }, { name: 'other' }] as const;

export function shadowTests(current: () => Store): void {
  const open = (id: string, nowMs: number, keys: readonly string[] = []) =>
    current().recordAlert(
      sampleRecord({
        ...{ incidentId: id, groupKey: id, nowMs, alert: { fingerprint: id } },
        effects: { opened: { steps: keys.map((key) => ({ key, kind: key, dueAtMs: nowMs })) } },
      }),
    );
  const apply = (incidentId: string, nowMs: number, effects: Parameters<Store['apply']>[0]['effects']) =>
    current().apply({ incidentId, nowMs, effects });
  const tally = () => current().ledger.tallyShadows(window);

  test('nothing gives none, and neither does what nobody shadows', async () => {
    expect(await tally()).toEqual([]);
    await open('inc-1', START_MS);
    await apply('inc-1', window.fromMs, { analyses: [sampleAnalysis()] });
    expect(await tally()).toEqual([]);
    // Nor a shadow of what people were not shown.
    await open('inc-2', START_MS);
    const answered = shadowOf(shadows[0], { verdict: 'cause-found', services: ['cart'] });
    await apply('inc-2', window.fromMs, { analyses: [sampleAnalysis({ wasShown: false }), answered] });
    expect(await tally()).toEqual([]);
  });

  test('every count is what loops over the single records give, and no other tally changes', async () => {
    for (let index = 0; index < 60; index += 1) await play(index, false, { open, apply });
    const without = await current().ledger.tally(window);
    for (let index = 0; index < 60; index += 1) await play(index, true, { open, apply }, `s-${index}`);
    const tallies = await tally();
    expect(tallies.map(({ shadow }) => shadow)).toEqual(expect.arrayContaining([...shadows]));
    expect(tallies).toEqual(await countByLoops(current()));
    const [all] = await current().ledger.tally(window);
    const double = without[0]!;
    expect(all?.standing).toEqual(double.standing.map((each) => ({ ...each, count: each.count * 2 })));
    expect(all?.timeToBrief).toEqual({ ...double.timeToBrief, count: double.timeToBrief.count * 2 });
  });

  test('the 20 pairs of most incidents are told, and one that only fails is not forgotten', async () => {
    for (let index = 0; index < 22; index += 1) {
      const id = `inc-${index}`;
      await open(id, START_MS);
      const analyzer = { name: `shadow-${String(index).padStart(2, '0')}` };
      const failed = index === 7 ? { state: 'failed' as const } : { verdict: 'cause-found' as const, services: ['a'] };
      await apply(id, window.fromMs, { analyses: [sampleAnalysis(), shadowOf(analyzer, failed)] });
    }
    const tallies = await tally();
    expect(tallies).toHaveLength(20);
    expect(tallies.map(({ shadow }) => shadow.name)).not.toContain('shadow-07');
    await apply('inc-7', window.fromMs, {
      analyses: [1, 2].map(() => shadowOf({ name: 'shadow-07' }, { verdict: 'no-fault', services: [] })),
    });
    expect((await tally())[0]).toMatchObject({
      ...{ shadow: { name: 'shadow-07' }, shadowFailed: 1 },
      counts: [{ count: 1, service: 'not-both', isSameVerdict: false }],
    });
  });

  test('figures of a deleted incident stay', async () => {
    await open('gone', START_MS);
    await apply('gone', window.fromMs, {
      analyses: [sampleAnalysis(), shadowOf(shadows[0], { verdict: 'cause-found', services: ['cart'] })],
      outcome: { judgement: 'wrong', service: 'cart', by: 'ann', via: 'api' },
    });
    const before = await tally();
    await current().prune({ incidentsBeforeMs: window.toMs, limit: 9 });
    expect(await current().getIncident('gone')).toBeUndefined();
    expect(await tally()).toEqual(before);
    expect(before[0]?.counts).toMatchObject([{ right: { shown: false, shadow: true } }]);
  });

  test('what an action settled tells nothing: it takes the place of nobody', async () => {
    await open('inc-1', START_MS);
    const effects = { analyses: [sampleAnalysis(), shadowOf(shadows[0], { verdict: 'cause-found', services: ['cart'] })] };
    await apply('inc-1', window.fromMs, effects);
    const settle = (outcome: Pick<NewOutcome, 'judgement' | 'service' | 'via'>) =>
      apply('inc-1', window.fromMs + 1, { outcome: { ...outcome, by: 'x' } });
    await settle({ judgement: 'right', via: 'action' });
    expect((await tally())[0]?.counts).toMatchObject([{ isSettled: false }]);
    expect((await tally())[0]?.counts[0]).not.toHaveProperty('right');
    await settle({ judgement: 'wrong', service: 'cart', via: 'api' });
    await settle({ judgement: 'right', via: 'action' });
    expect((await tally())[0]?.counts).toMatchObject([{ isSettled: true, right: { shown: false, shadow: true } }]);
  });

  test('a step aside waits for no other, none waits for it, and it is no work that is left', async () => {
    const { steps } = current();
    await open('inc-1', 1_000, ['shadow', 'collect', 'tell']);
    const claim = (more = {}) => steps.claim({ nowMs: 2_000, leaseMs: 500, incidentId: 'inc-1', ...more });
    expect(await steps.measure(2_000)).toMatchObject({ waiting: 2 });
    expect(await claim()).toMatchObject({ key: 'collect' });
    const aside = await claim({ isAside: true });
    expect(aside).toMatchObject({ key: 'shadow', kind: 'shadow' });
    expect([await claim(), await claim({ isAside: true })]).toEqual([undefined, undefined]);
    expect(await steps.measure(2_000)).toEqual({ waiting: 1, running: 1, failed: 0, dueSinceMs: 1_000 });
    await steps.complete({ incidentId: 'inc-1', key: 'collect', attempts: 1 }, { nowMs: 2_100 });
    expect(await claim()).toMatchObject({ key: 'tell' });
    // Its own lease ends as any other.
    expect(await claim({ nowMs: 2_600, isAside: true })).toMatchObject({ key: 'shadow', attempts: 2 });
    expect(await steps.complete(aside!, { nowMs: 2_700 })).toBe(false);
    const again = { incidentId: 'inc-1', key: 'shadow', attempts: 2 };
    expect(await steps.fail(again, { nowMs: 2_700, error: 'no' })).toBe(true);
    expect(await steps.measure(9_000)).toMatchObject({ waiting: 0, failed: 0 });
  });

  test('what a shadow costs counts for the day alone, and goes with its incident', async () => {
    const { spending } = current();
    const budgets = { perIncidentUsd: 0.3, perServiceAndDayUsd: 0.3, perDayUsd: 1 };
    const half = { ...budgets, perServiceAndDayUsd: 0.5, perDayUsd: 0.5 };
    const common = { incidentId: 'inc-1', service: 'checkout', usd: 0.2, nowMs: START_MS };
    const ask = (key: string, usd = 0.2) => spending.reserve({ ...common, key, usd, budgets });
    const askShadow = (key: string, more = {}) =>
      spending.reserve({ ...common, key, budgets: half, isShadow: true, ...more });
    expect(await askShadow('s1')).toBe('reserved');
    expect(await askShadow('s2')).toBe('incident');
    expect(await ask('1', 0.3)).toBe('reserved');
    expect(await askShadow('s3', { incidentId: 'inc-2', service: 'cart' })).toBe('day');
    expect(await spending.sumOfDay(START_MS)).toEqual({
      usd: 0.5,
      services: [
        { service: 'checkout', usd: 0.3 },
        { service: '(shadow)', usd: 0.2 },
      ],
    });
    await open('inc-1', START_MS);
    await current().prune({ incidentsBeforeMs: START_MS + 1, limit: 9 });
    expect(await spending.sumOfDay(START_MS)).toEqual({ usd: 0, services: [] });
  });
}

interface Stage {
  open(id: string, openedAtMs: number): Promise<unknown>;
  apply(id: string, nowMs: number, effects: Parameters<Store['apply']>[0]['effects']): Promise<unknown>;
}

function shadowOf(analyzer: NewAnalysis['analyzer'], more: Partial<NewAnalysis>): NewAnalysis {
  const { confidence: _, escalation: __, uncalibratedConfidence: ____, verdict: ___, ...rest } = sampleAnalysis();
  return { ...rest, services: [], isShadow: true, wasShown: false, analyzer, confidence: 'HIGH', ...more };
}

/** One incident of many kinds; numbers without common factors mix them. */
async function play(index: number, hasShadow: boolean, { apply, open }: Stage, id = `inc-${index}`): Promise<void> {
  const atMs = START_MS + index * 3 * MINUTE_MS;
  await open(id, atMs);
  const verdicts = ['cause-found', 'candidates', 'cause-found', 'insufficient-evidence', 'no-fault'] as const;
  const levels = ['HIGH', 'MEDIUM', 'LOW'] as const;
  const services = ['ledger', 'cart', 'mail'];
  const { costUsd: _, ...unpriced } = sampleAnalysis().usage!;
  for (const look of index % 4 === 3 ? [1, 2] : [1]) {
    const calibrated = sampleAnalysis({
      uncalibratedConfidence: levels[(index * 2 + look) % 3]!,
      ...{ look, analyzer: shown, verdict: verdicts[index % 5]!, confidence: levels[(index + look) % 3]! },
      services: [services[index % 3]!, 'checkout'],
      timings: { analyzeMs: 1_000 + ((index * 7_919) % 3_000), briefMs: 9_000 },
    });
    const { uncalibratedConfidence: ___, ...asStated } = calibrated;
    const own = index % 2 === 0 ? calibrated : asStated;
    const isEscalated = index % 6 === 2;
    const { usage: __, ...evidence } = { ...own, analyzer: { name: 'evidence' }, timings: { briefMs: 900 } };
    await apply(id, atMs + look, { analyses: [evidence, { ...own, wasShown: !isEscalated }] });
    if (isEscalated) await apply(id, atMs + look, { analyses: [{ ...own, analyzer: larger, services: ['cart'] }] });
    if (index % 9 === 4)
      await apply(id, atMs + look, { analyses: [{ ...evidence, analyzer: shown, state: 'failed', wasShown: false }] });
    if (!hasShadow) continue;
    const state = index % 7 === 5 ? 'failed' : index % 11 === 5 ? 'not-asked' : 'admitted';
    const said: Partial<NewAnalysis> = {
      ...{ look, services: [services[(index * 2) % 3]!], timings: { analyzeMs: 800 + index * 13, briefMs: 12_000 } },
      ...(index % 8 === 1 ? { usage: unpriced } : {}),
      ...(state === 'admitted'
        ? { verdict: verdicts[(index * 2) % 5]!, confidence: levels[(index * 2) % 3]! }
        : { state, services: [] }),
    };
    await apply(id, atMs + 30_000 * look, { analyses: [shadowOf(shadows[index % 3 === 2 ? 1 : 0], said)] });
  }
  const truth = [{ service: 'ledger' }, { service: 'cart' }, {}][index % 3]!;
  const judgement = (['right', 'wrong', 'partly', 'unknown', 'right'] as const)[(index * 3) % 5]!;
  if (index % 7 > 0) await apply(id, atMs + 5 * MINUTE_MS, { outcome: { judgement, ...truth, by: 'ann', via: 'api' } });
}

const names = ({ services, verdict }: SettledAnalysis) =>
  verdict === 'cause-found' || verdict === 'candidates' ? services[0] : undefined;
const isWithin = (atMs: number) => atMs >= window.fromMs && atMs < window.toMs;

/** Written in another way than the engines: one incident after the other, as any caller reads them. */
async function countByLoops(store: Store) {
  const records: SettledAnalysis[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const page = await store.ledger.listAnalyses({ fromMs: 0, toMs: window.toMs * 2, limit: 90, ...(cursor && { cursor }) });
    records.push(...page.items);
    cursor = page.next;
  }
  return shadows
    .map((shadow) => {
      const [counts, sinceMs] = [new Map<string, any>(), [] as number[]];
      const took = { shown: [] as SettledAnalysis[], shadow: [] as SettledAnalysis[] };
      const times = { shown: [] as number[], shadow: [] as number[] };
      let [failed, notAsked] = [0, 0];
      for (const id of new Set(records.map(({ incidentId }) => incidentId))) {
        const all = records.filter(({ incidentId }) => incidentId === id).sort((one, other) => one.number - other.number);
        const own = all.filter(({ isShadow }) => isShadow);
        for (const record of own.filter((each) => isWithin(each.atMs) && each.analyzer.name === shadow.name)) {
          sinceMs.push(record.atMs);
          if (record.state === 'failed') failed += 1;
          if (record.state === 'not-asked') notAsked += 1;
        }
        const last = own.filter(({ verdict }) => verdict !== undefined).at(-1);
        if (last === undefined || !isWithin(last.atMs) || last.analyzer.name !== shadow.name) continue;
        const beside = all.filter((each) => !each.isShadow && each.look === last.look);
        const stood = beside.filter(({ verdict, wasShown }) => wasShown && verdict !== undefined).at(-1)!;
        const { judgement, service, atMs = 0 } = last.outcome ?? {};
        const before = all.filter((each) => each.wasShown && each.verdict !== undefined && each.atMs <= atMs).at(-1);
        const isSettled = judgement !== undefined && judgement !== 'unknown';
        const truth = !isSettled ? undefined : (service ?? (judgement === 'right' ? names(before!) : undefined));
        const alike = {
          service: names(stood) && names(last) ? (names(stood) === names(last) ? 'same' : 'other') : 'not-both',
          isSameVerdict: stood.verdict === last.verdict,
          ...(stood.verdict === 'insufficient-evidence' ? {} : { shownConfidence: stood.uncalibratedConfidence ?? stood.confidence }),
          ...(last.verdict === 'insufficient-evidence' ? {} : { shadowConfidence: last.uncalibratedConfidence ?? last.confidence }),
          isSettled,
          ...(truth && { right: { shown: names(stood) === truth, shadow: names(last) === truth } }),
        };
        const key = JSON.stringify(alike);
        counts.set(key, { ...alike, count: (counts.get(key)?.count ?? 0) + 1 });
        took.shown.push(...beside);
        took.shadow.push(last);
        times.shown.push(beside.reduce((sum, { timings }) => sum + (timings.analyzeMs ?? 0), 0));
        times.shadow.push(last.timings.analyzeMs!);
      }
      const failedOfShown = records.filter(
        (each) => !each.isShadow && each.state === 'failed' && each.analyzer.model === 'small-1' &&
          each.atMs >= Math.min(...sinceMs) && each.atMs < window.toMs,
      );
      return {
        ...{ shown, shadow, shadowFailed: failed, shadowNotAsked: notAsked, shownFailed: failedOfShown.length },
        counts: [...counts.values()].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
        shownTook: { ...costOf(took.shown), time: ranksOf(times.shown) },
        shadowTook: { ...costOf(took.shadow), time: ranksOf(times.shadow) },
      };
    })
    .sort((one, other) => sizeOf(other.counts) - sizeOf(one.counts));
}

const sizeOf = (counts: readonly { count: number }[]) => counts.reduce((sum, { count }) => sum + count, 0);

function costOf(answers: readonly SettledAnalysis[]) {
  const billed = answers.flatMap(({ usage }) => usage ?? []);
  const nano = billed.reduce((sum, { costUsd = 0 }) => sum + Math.round(costUsd * 1e9), 0);
  return { answers: billed.length, usd: nano / 1e9, unknownPrices: billed.filter(({ costUsd }) => costUsd === undefined).length };
}

/** The first value that so many are not above, found by counting. */
function ranksOf(values: readonly number[]) {
  const atLeast = (percent: number) =>
    Math.min(...values.filter((value) => values.filter((other) => other <= value).length * 100 >= values.length * percent));
  return { count: values.length, p50Ms: atLeast(50), p95Ms: atLeast(95) };
}
