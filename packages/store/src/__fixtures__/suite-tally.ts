import type {
  NewAnalysis,
  SettledAnalysis,
  Store,
  Tally,
  TallyDimension,
} from '@midwatch/core/incident';
import { tallyDimensions } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleAnalysis } from './sample-analysis.js';
import { sampleRecord } from './sample-records.js';

const DAY_MS = 86_400_000;
/** A Tuesday. */
const START_MS = Date.UTC(2026, 8, 1);
const window = { fromMs: START_MS + 2 * DAY_MS, toMs: START_MS + 40 * DAY_MS };
const empty = {
  ...{ isOther: false, unattempted: 0, standing: [], usefulness: { count: 0, sum: 0 } },
  ...{ timeToBrief: { count: 0 }, timeToResolve: { count: 0 }, cost: { answers: 0, usd: 0, unknownPrices: 0 } },
};

export function tallyTests(current: () => Store): void {
  const open = (id: string, openedAtMs: number, service: string, endsAtMs?: number) =>
    current().recordAlert(
      sampleRecord({
        ...{ incidentId: id, groupKey: id, nowMs: endsAtMs ?? openedAtMs, effects: {} },
        alert: {
          ...{ fingerprint: id, target: { service }, startsAtMs: openedAtMs },
          ...(endsAtMs === undefined ? {} : { status: 'resolved', endsAtMs }),
        },
      }),
    );
  const apply = (incidentId: string, nowMs: number, effects: Parameters<Store['apply']>[0]['effects']) =>
    current().apply({ incidentId, nowMs, effects });
  const tally = (by?: TallyDimension) => current().ledger.tally({ ...window, ...(by && { by }) });

  test('nothing gives one tally of nothing, and no group', async () => {
    expect(await tally()).toEqual([empty]);
    for (const by of tallyDimensions) expect(await tally(by)).toEqual([]);
  });

  test('every count of every group is what loops over the single records give', async () => {
    const store = current();
    for (let index = 0; index < 36; index += 1) await play(index, { open, apply });
    for (const by of [undefined, ...tallyDimensions]) {
      const tallies = await tally(by);
      expect([by, tallies.map(({ key }) => key)]).toEqual([by, expectedOrder(tallies, by)]);
      const expected = await countByLoops(store, by);
      expect([by, Object.fromEntries(tallies.map((each) => [each.key ?? 'all', each]))]).toEqual([by, expected]);
    }
  });

  test('a name inside another, or with the signs of JSON, is not taken for it', async () => {
    const names = ['a', 'x"a', '","', 'say "hi", \\ you', '\u0001 ü', "o'neil%_"];
    for (const [index, name] of names.entries()) {
      const id = `inc-${index}`;
      await open(id, window.fromMs, 'checkout');
      await apply(id, window.fromMs, {
        analyses: [sampleAnalysis({ services: ['first', ...names.filter((other) => other !== name).slice(0, 2)] })],
        outcome: { judgement: 'wrong', service: name, by: 'ann', via: 'api' },
      });
      await open(`${id}-named`, window.fromMs, 'checkout');
      await apply(`${id}-named`, window.fromMs, {
        analyses: [sampleAnalysis({ services: ['first', 'second', name] })],
        outcome: { judgement: 'wrong', service: name, by: 'ann', via: 'api' },
      });
    }
    const [all] = await tally();
    expect(all?.standing.map(({ count, place }) => [place, count])).toEqual([
      ['among-three', 6],
      ['not-named', 6],
    ]);
  });

  test('there are at most twenty names, those of most incidents, and at most 120 days', async () => {
    for (let index = 0; index < 25; index += 1) {
      for (const copy of index % 2 === 0 ? ['a', 'b'] : ['a']) {
        const id = `inc-${index}${copy}`;
        await open(id, window.fromMs - index * 10 * DAY_MS, `service-${String(index).padStart(2, '0')}`);
        await apply(id, window.toMs - 1 - index * 10 * DAY_MS, { analyses: [sampleAnalysis()] });
      }
    }
    const ask = (by: TallyDimension) => current().ledger.tally({ fromMs: 0, toMs: window.toMs, by });
    const services = await ask('service');
    expect(services).toHaveLength(21);
    expect(services[0]).toMatchObject({ key: 'service-00', isOther: false, standing: [{ count: 2 }] });
    expect(services.at(-1)).toMatchObject({ isOther: true, standing: [{ count: 5 }] });
    expect(services.at(-1)).not.toHaveProperty('key');
    const days = await ask('day');
    expect(days.map(({ key }) => key)).toEqual([
      ...Array.from({ length: 12 }, (_, index) => dayOf(window.toMs - 1 - (11 - index) * 10 * DAY_MS)),
      undefined,
    ]);
    expect(days.at(-1)).toMatchObject({ isOther: true, standing: [{ count: 20 }] });
  });

  test('figures stay when their incident is deleted, but for when it was over', async () => {
    await open('gone', window.fromMs, 'checkout');
    const outcome = { judgement: 'right', service: 'ledger', by: 'ann', via: 'api' } as const;
    const rating = { score: 4, by: 'ann' } as const;
    await apply('gone', window.fromMs, { analyses: [sampleAnalysis()], outcome, rating });
    const [before] = await tally();
    await current().prune({ incidentsBeforeMs: window.toMs, limit: 9 });
    expect(await tally()).toEqual([before]);
    expect(before).toMatchObject({
      standing: [{ count: 1, judgement: 'right', place: 'first' }],
      usefulness: { count: 1, sum: 4 },
    });
  });

  test('a time that is none is refused', async () => {
    await expect(current().ledger.tally({ fromMs: 0.5, toMs: 9 })).rejects.toMatchObject({ code: 'bad-time' });
  });
}

interface Stage {
  open(id: string, openedAtMs: number, service: string, endsAtMs?: number): Promise<unknown>;
  apply(id: string, nowMs: number, effects: Parameters<Store['apply']>[0]['effects']): Promise<unknown>;
}

/** One incident of many kinds; numbers without common factors mix them. */
async function play(index: number, { apply, open }: Stage): Promise<void> {
  const id = `inc-${index}`;
  const atMs = START_MS + index * 17 * 3_600_000;
  await open(id, atMs, `service-${index % 4}`);
  if (index % 7 === 6) return;
  const levels = ['HIGH', 'MEDIUM', 'LOW'] as const;
  const verdict = index % 5 === 4 ? 'insufficient-evidence' : 'cause-found';
  const analysis = (change: Partial<NewAnalysis> = {}) =>
    sampleAnalysis({
      ...{ verdict, confidence: levels[index % 3]!, timings: { briefMs: 1_000 + ((index * 7_919) % 9_000) } },
      analyzer: index % 2 === 0 ? { name: 'evidence' } : { name: 'claude', model: 'small-1', promptVersion: 'p3' },
      services: ['ledger', 'cart', 'checkout'],
      sourceSet: index % 8 < 5 ? 'logs:loki' : '',
      ...change,
    });
  const failed = analysis({ state: 'failed', wasShown: false });
  const { verdict: _, confidence: __, usage: ___, ...unbilled } = failed;
  await apply(id, atMs + 60_000, { analyses: [analysis({ isShadow: index % 2 === 0, wasShown: index % 2 === 1 })] });
  const { costUsd: _____, ...unpriced } = sampleAnalysis().usage!;
  await apply(id, atMs + 120_000, { analyses: [analysis(index % 6 === 1 ? { usage: unpriced } : {}), unbilled] });
  if (index % 11 === 3) await apply(id, atMs + 2 * DAY_MS, { analyses: [analysis({ look: 2 })] });
  if (index % 3 > 0) await open(id, atMs, `service-${index % 4}`, atMs + 600_000 + ((index * 6_007) % 50) * 1_000);
  const judgements = ['right', 'wrong', 'partly', 'unknown'] as const;
  const truths = [{ service: 'ledger' }, { service: 'cart' }, { service: 'nobody' }, {}];
  const settle = (of: number) =>
    apply(id, atMs + DAY_MS, {
      outcome: { judgement: judgements[of % 4]!, ...truths[(of * 3) % 4], by: 'ann', via: 'page' },
    });
  if (index % 9 !== 0) await settle(index);
  if (index % 10 === 5) await settle(index + 1);
  for (const [step, by] of ['ann', 'bob', 'ann'].entries())
    if ((index + step) % 4 > 0) await apply(id, atMs, { rating: { score: (((index + step) % 5) + 1) as 1, by } });
}

const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
function mondayOf(atMs: number): string {
  let dayMs = Math.floor(atMs / DAY_MS) * DAY_MS;
  while (new Date(dayMs).getUTCDay() !== 1) dayMs -= DAY_MS;
  return dayOf(dayMs);
}

const keysOf = {
  service: ({ service }: SettledAnalysis) => service ?? '',
  'source-set': ({ sourceSet }: SettledAnalysis) => sourceSet,
  model: ({ analyzer }: SettledAnalysis) => analyzer.model ?? analyzer.name,
  'prompt-version': ({ analyzer }: SettledAnalysis) => analyzer.promptVersion ?? '',
  day: ({ atMs }: SettledAnalysis) => dayOf(atMs),
  week: ({ atMs }: SettledAnalysis) => mondayOf(atMs),
};

function expectedOrder(tallies: readonly Tally[], by: TallyDimension | undefined) {
  const size = ({ standing, unattempted }: Tally) => standing.reduce((sum, { count }) => sum + count, unattempted);
  const isTime = by === 'day' || by === 'week';
  return [...tallies]
    .sort((one, other) => {
      if (one.isOther !== other.isOther) return Number(one.isOther) - Number(other.isOther);
      return (isTime ? 0 : size(other) - size(one)) || ((one.key ?? '') < (other.key ?? '') ? -1 : 1);
    })
    .map(({ key }) => key);
}

/** Written in another way than the engines: one record after the other, read as any caller reads them. */
async function countByLoops(store: Store, by: TallyDimension | undefined) {
  const records: SettledAnalysis[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.ledger.listAnalyses({ fromMs: 0, toMs: window.toMs * 2, limit: 50, ...(cursor && { cursor }) });
    records.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  const made: Record<string, { tally: any; brief: number[]; resolve: number[] }> = {};
  const of = (key: string) => {
    made[key] ??= { tally: structuredClone(by === undefined ? empty : key === 'all' ? { ...empty, isOther: true } : { key, ...empty }), brief: [], resolve: [] };
    return made[key];
  };
  const keyOf = (record: SettledAnalysis) => (by === undefined ? 'all' : keysOf[by](record));
  if (by === undefined) of('all');
  for (let index = 0; index < 36; index += 1) {
    const id = `inc-${index}`;
    const incident = (await store.getIncident(id))!;
    const history = await store.ledger.history(id);
    const shown = records.filter((record) => record.incidentId === id && record.wasShown && !record.isShadow && record.state === 'admitted');
    const told = history.outcomes.at(-1);
    const stood = shown.filter(({ atMs }) => told !== undefined && atMs <= told.atMs);
    const last = (stood.length > 0 ? stood : shown).sort((one, other) => one.number - other.number).at(-1);
    if (last === undefined) {
      if (incident.openedAtMs < window.fromMs || incident.openedAtMs >= window.toMs) continue;
      const keys = { service: incident.service ?? '', day: dayOf(incident.openedAtMs), week: mondayOf(incident.openedAtMs) };
      of(by === undefined ? 'all' : ((keys as Record<string, string>)[by] ?? 'all')).tally.unattempted += 1;
      continue;
    }
    if (last.atMs < window.fromMs || last.atMs >= window.toMs) continue;
    const group = of(keyOf(last));
    const { service: truth } = last.outcome ?? {};
    const judgement = stood.length > 0 ? last.outcome?.judgement : undefined;
    const rank = truth === undefined ? undefined : last.services.indexOf(truth);
    const place = rank === undefined ? undefined : rank === 0 ? 'first' : rank > 0 ? 'among-three' : 'not-named';
    const alike = group.tally.standing.find((each: Record<string, unknown>) =>
      each['verdict'] === last.verdict && each['confidence'] === last.confidence && each['judgement'] === judgement && each['place'] === place);
    if (alike !== undefined) alike.count += 1;
    else group.tally.standing.push({ count: 1, verdict: last.verdict, confidence: last.confidence, ...(judgement && { judgement }), ...(place && { place }) });
    const scores = new Map<string, number>();
    for (const { by: person, score } of history.ratings) scores.set(person, score);
    for (const score of scores.values()) {
      group.tally.usefulness.count += 1;
      group.tally.usefulness.sum += score;
    }
    group.brief.push(last.timings.briefMs);
    if (incident.resolvedAtMs !== undefined) group.resolve.push(incident.resolvedAtMs - incident.openedAtMs);
  }
  for (const record of records) {
    if (record.atMs < window.fromMs || record.atMs >= window.toMs || record.usage === undefined) continue;
    const { cost } = of(keyOf(record)).tally;
    cost.answers += 1;
    if (record.usage.costUsd === undefined) cost.unknownPrices += 1;
    else cost.usd = Math.round(cost.usd * 1e9 + record.usage.costUsd * 1e9) / 1e9;
  }
  const words = (each: Record<string, string>) =>
    ['verdict', 'confidence', 'judgement', 'place'].map((name) => each[name] ?? '').join(' ');
  return Object.fromEntries(
    Object.entries(made).map(([key, { brief, resolve, tally }]) => {
      tally.standing.sort((one: any, other: any) => (words(one) < words(other) ? -1 : 1));
      return [key, { ...tally, timeToBrief: ranksOf(brief), timeToResolve: ranksOf(resolve) }];
    }),
  );
}

/** The first value that so many are not above, found by counting. */
function ranksOf(values: readonly number[]) {
  const atLeast = (percent: number) =>
    Math.min(...values.filter((value) => values.filter((other) => other <= value).length * 100 >= values.length * percent));
  return values.length === 0 ? { count: 0 } : { count: values.length, p50Ms: atLeast(50), p95Ms: atLeast(95) };
}
