import type { Confidence, Judgement, NewAnalysis, Score, Store } from '@midwatch/core/incident';

const DAY_MS = 86_400_000;

/** One incident of the simulated quarter, with what is true of it. */
export interface QuarterIncident {
  readonly id: string;
  readonly service: string;
  readonly openedAtMs: number;
  readonly resolvedAtMs?: number;
  readonly analyses: readonly (NewAnalysis & { readonly atMs: number })[];
  readonly outcome?: { readonly judgement: Judgement; readonly service?: string };
  readonly ratings: readonly { readonly score: Score; readonly by: string }[];
}

type Level = readonly [Confidence, number];

/** How often an overconfident model is right: far less often than it says. */
const levels: readonly [Level, ...Level[]] = [
  ['HIGH', 0.7],
  ['HIGH', 0.7],
  ['HIGH', 0.7],
  ['MEDIUM', 0.5],
  ['LOW', 0.3],
];
const services = ['checkout', 'cart', 'ledger', 'search', 'mail'] as const;
const sourceSets = [
  'logs:loki',
  'logs:loki,metrics:prometheus',
  'logs:loki,metrics:prometheus,traces:tempo',
] as const;
const identities = [
  { name: 'evidence' },
  { name: 'claude', model: 'small-1', promptVersion: 'p3' },
  { name: 'claude', model: 'large-1', promptVersion: 'p3' },
  { name: 'claude', model: 'small-1', promptVersion: 'p4' },
] as const;

/** 500 incidents of the 88 days before, the same in every run. */
export function simulateQuarter(endMs: number): readonly QuarterIncident[] {
  let state = 20_261_123;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(state / 8) / 268_435_456;
  };
  const pick = <List extends readonly [unknown, ...unknown[]]>(list: List): List[number] =>
    list[Math.floor(random() * list.length)] ?? list[0];
  return Array.from({ length: 500 }, (_, index): QuarterIncident => {
    const openedAtMs = endMs - 88 * DAY_MS + Math.floor((index * 87 * DAY_MS) / 500);
    const service = pick(services);
    const guilty = pick(services);
    const others = services.filter((each) => each !== guilty);
    const [confidence, share] = pick(levels);
    const isRight = random() < share;
    const isSilent = random() < 0.08;
    const ranked = isRight
      ? [guilty, ...others]
      : random() < 0.6
        ? [...others.slice(0, 1), guilty, ...others.slice(1, 2)]
        : others;
    const look = (more: Partial<NewAnalysis> = {}) => ({
      ...{ atMs: openedAtMs + 90_000, look: 1, state: 'admitted' as const, wasShown: true, isShadow: false },
      analyzer: pick(identities),
      verdict: isSilent
        ? ('insufficient-evidence' as const)
        : random() < 0.8
          ? ('cause-found' as const)
          : ('candidates' as const),
      confidence: isSilent ? ('LOW' as const) : confidence,
      statedConfidence: confidence,
      services: isSilent ? [] : ranked.slice(0, 3),
      signatures: [],
      gaps: [],
      sourceSet: pick(sourceSets),
      timings: { briefMs: 2_000 + Math.floor(random() * 38_000) },
      ...more,
    });
    const usage = (model: string) => ({
      ...{
        model,
        inputTokens: 6_000,
        cacheWriteTokens: 0,
        cacheReadTokens: 0,
        outputTokens: 900,
        thinkingTokens: 0,
      },
      ...(random() < 0.05 ? {} : { costUsd: Math.round(random() * 30_000) / 1e6 }),
    });
    const asked = () => {
      const analysis = look();
      return analysis.analyzer.name === 'evidence'
        ? analysis
        : { ...analysis, usage: usage('small-1-20261001') };
    };
    const shown = asked();
    const extra = [
      // A failed answer of the model's, one of a shadow's, and a second look that takes the first one's place.
      ...(random() < 0.15
        ? [{ ...look({ wasShown: false, state: 'failed' }), usage: usage('large-1-20261001') }]
        : []),
      ...(random() < 0.15
        ? [{ ...look({ isShadow: true, wasShown: false }), usage: usage('large-1-20261001') }]
        : []),
    ];
    const again = random() < 0.2 ? [{ ...asked(), look: 2, atMs: openedAtMs + 900_000 }] : [];
    const isSettled = random() < 0.8;
    const judged: Judgement =
      random() < 0.05 ? 'unknown' : isRight ? 'right' : random() < 0.2 ? 'partly' : 'wrong';
    const isNamed = random() < 0.9;
    const ratings = ['ann', 'bob', 'ann'].filter(() => random() < 0.3);
    return {
      ...{ id: `inc-${index}`, service, openedAtMs },
      ...(random() < 0.9 ? { resolvedAtMs: openedAtMs + 600_000 + Math.floor(random() * 7_200_000) } : {}),
      analyses: random() < 0.04 ? [] : [shown, ...extra, ...again],
      ...(isSettled ? { outcome: { judgement: judged, ...(isNamed ? { service: guilty } : {}) } } : {}),
      ratings: ratings.map((by) => ({ by, score: pick([1, 2, 3, 4, 4, 5, 5] as const) })),
    };
  });
}

/** Into a store, as the server writes it. */
export async function playQuarter(store: Store, incidents: readonly QuarterIncident[]): Promise<void> {
  for (const { analyses, id, openedAtMs, outcome, ratings, resolvedAtMs, service } of incidents) {
    const alert = {
      ...{ source: 'alertmanager', fingerprint: id, name: 'ErrorsHigh', startsAtMs: openedAtMs },
      ...{ target: { service }, labels: {}, annotations: {} },
    };
    const record = { incidentId: id, groupKey: id, joinSinceMs: openedAtMs, effects: {} };
    await store.recordAlert({ ...record, nowMs: openedAtMs, alert: { ...alert, status: 'firing' } });
    for (const [atMs, those] of Map.groupBy(analyses, (analysis) => analysis.atMs)) {
      const recorded = those.map(({ atMs: _, ...analysis }) => analysis);
      await store.apply({ incidentId: id, nowMs: atMs, effects: { analyses: recorded } });
    }
    const settledAtMs = openedAtMs + 3_600_000;
    if (outcome !== undefined)
      await store.apply({
        ...{ incidentId: id, nowMs: settledAtMs },
        effects: { outcome: { ...outcome, by: 'ann', via: 'page' } },
      });
    for (const rating of ratings)
      await store.apply({ incidentId: id, nowMs: settledAtMs, effects: { rating } });
    if (resolvedAtMs !== undefined)
      await store.recordAlert({
        ...{ ...record, nowMs: resolvedAtMs },
        alert: { ...alert, status: 'resolved', endsAtMs: resolvedAtMs },
      });
  }
}
