import type { QuarterIncident } from './simulate-quarter.js';

/** Every figure once more, by loops over the incidents themselves: nothing of the ledger's code is used. */
export function countQuarter(incidents: readonly QuarterIncident[], fromMs: number, toMs: number) {
  const isWithin = (atMs: number) => atMs >= fromMs && atMs < toMs;
  const level = () => ({ count: 0, right: 0, partly: 0, wrong: 0, unknown: 0 });
  const levels = { HIGH: level(), MEDIUM: level(), LOW: level() };
  const stated = { HIGH: 0.9, MEDIUM: 0.65, LOW: 0.35 };
  let [all, attempted, answered, abstained, settled, named, first, amongThree] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [answers, usd, unknownPrices, squares] = [0, 0, 0, 0];
  const scores: number[] = [];
  const briefs: number[] = [];
  const ends: number[] = [];
  for (const { analyses, openedAtMs, outcome, ratings, resolvedAtMs } of incidents) {
    for (const { atMs, usage } of analyses) {
      if (usage === undefined || !isWithin(atMs)) continue;
      answers += 1;
      if (usage.costUsd === undefined) unknownPrices += 1;
      usd += usage.costUsd ?? 0;
    }
    const shown = analyses.filter(
      ({ isShadow, state, wasShown }) => wasShown && !isShadow && state === 'admitted',
    );
    const last = shown[shown.length - 1];
    if (last === undefined) {
      if (isWithin(openedAtMs)) all += 1;
      continue;
    }
    if (!isWithin(last.atMs)) continue;
    all += 1;
    attempted += 1;
    if (last.verdict === 'cause-found') answered += 1;
    const judgement = outcome?.judgement;
    if (judgement !== undefined && judgement !== 'unknown') settled += 1;
    if (last.verdict === 'insufficient-evidence') abstained += 1;
    else {
      const counts = levels[last.confidence ?? 'LOW'];
      counts.count += 1;
      if (judgement !== undefined) counts[judgement] += 1;
      if (judgement !== undefined && judgement !== 'unknown')
        squares += (stated[last.confidence ?? 'LOW'] - (judgement === 'right' ? 1 : 0)) ** 2;
    }
    if (outcome?.service !== undefined) {
      named += 1;
      if (last.services[0] === outcome.service) first += 1;
      if (last.services.includes(outcome.service)) amongThree += 1;
    }
    const newest: Record<string, number> = {};
    for (const { by, score } of ratings) newest[by] = score;
    scores.push(...Object.values(newest));
    briefs.push(last.timings.briefMs);
    if (resolvedAtMs !== undefined) ends.push(resolvedAtMs - openedAtMs);
  }
  const share = (count: number, of: number) => ({ count, of, share: of === 0 ? null : count / of });
  const estimate = (count: number, of: number) => ({ ...share(count, of), ...solveWilson(count, of) });
  const toLevel = (counts: ReturnType<typeof level>) => {
    const judged = counts.right + counts.partly + counts.wrong;
    return { ...counts, settled: share(judged, counts.count), precision: estimate(counts.right, judged) };
  };
  const byLevel = { HIGH: toLevel(levels.HIGH), MEDIUM: toLevel(levels.MEDIUM), LOW: toLevel(levels.LOW) };
  const reliability = (['HIGH', 'MEDIUM', 'LOW'] as const).map((confidence) => ({
    confidence,
    stated: stated[confidence],
    observed: byLevel[confidence].precision,
  }));
  const claims = reliability.reduce((sum, { observed }) => sum + observed.of, 0);
  let error = 0;
  for (const { observed, stated: told } of reliability)
    error += observed.of === 0 ? 0 : (observed.of / claims) * Math.abs((observed.share ?? 0) - told);
  return {
    incidents: all,
    attempted: share(attempted, all),
    answered: share(answered, attempted),
    abstained: share(abstained, attempted),
    settled: share(settled, all),
    coverageAtHigh: share(levels.HIGH.count, all),
    levels: byLevel,
    falsePositivesAtHigh: estimate(levels.HIGH.wrong, byLevel.HIGH.settled.count),
    top1: share(first, named),
    top3: share(amongThree, named),
    calibration: {
      settled: claims,
      brier: claims === 0 ? null : squares / claims,
      ece: claims === 0 ? null : error,
      reliability,
    },
    usefulness: {
      count: scores.length,
      mean: scores.length === 0 ? null : scores.reduce((sum, each) => sum + each, 0) / scores.length,
    },
    timeToBrief: ranks(briefs),
    timeToResolve: ranks(ends),
    cost: { answers, usd, unknownPrices, perIncidentUsd: attempted === 0 ? null : usd / attempted },
  };
}

/** Where the score test would just not refuse: found by halving, and not by the formula. */
export function solveWilson(count: number, of: number) {
  if (of === 0) return { lower: 0, upper: 1 };
  const observed = count / of;
  const isRefused = (share: number) =>
    Math.abs(observed - share) > 1.959963984540054 * Math.sqrt((share * (1 - share)) / of);
  const search = (refused: number, held: number) => {
    let [outside, inside] = [refused, held];
    if (!isRefused(outside)) return outside;
    for (let step = 0; step < 80; step += 1) {
      const middle = (outside + inside) / 2;
      if (isRefused(middle)) outside = middle;
      else inside = middle;
    }
    return inside;
  };
  // At 0 and 1 themselves the test divides by nothing.
  return {
    lower: count === 0 ? 0 : search(1e-15, observed),
    upper: count === of ? 1 : search(1 - 1e-15, observed),
  };
}

function ranks(values: readonly number[]) {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (percent: number) => {
    for (const [index, value] of sorted.entries())
      if ((index + 1) * 100 >= percent * sorted.length) return value;
    return null;
  };
  return { count: sorted.length, p50Ms: at(50), p95Ms: at(95) };
}

/** Numbers to nine digits behind the point: sums in another order differ in the last ones, and may part at a half. */
export function rounded<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, each) => (typeof each === 'number' ? Number((each + 1e-12).toFixed(9)) : each)),
  );
}
