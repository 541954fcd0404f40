import { solveWilson } from './count-quarter.js';
import type { QuarterIncident } from './simulate-quarter.js';
import { shadowIdentities } from './simulate-shadow-month.js';

type Analysis = QuarterIncident['analyses'][number];

/** The comparison once more, by loops over the incidents themselves: nothing of the ledger's code is used. */
export function countShadowMonth(incidents: readonly QuarterIncident[], fromMs: number, toMs: number) {
  const isWithin = ({ atMs }: Analysis) => atMs >= fromMs && atMs < toMs;
  let [both, named, sameNamed, sameVerdict, settled, told, failed, notAsked] = [0, 0, 0, 0, 0, 0, 0, 0];
  const outcomes = { bothRight: 0, onlyShownRight: 0, onlyShadowRight: 0, bothWrong: 0 };
  const side = () => ({
    right: 0,
    high: 0,
    highRight: 0,
    answers: 0,
    usd: 0,
    unknownPrices: 0,
    times: [] as number[],
  });
  const [shown, shadow] = [side(), side()];
  const confidences: Record<string, number> = {};
  let sinceMs = toMs;
  const pay = (to: ReturnType<typeof side>, { usage }: Analysis) => {
    if (usage === undefined) return;
    to.answers += 1;
    if (usage.costUsd === undefined) to.unknownPrices += 1;
    else to.usd += usage.costUsd;
  };
  for (const { analyses, openedAtMs, outcome } of incidents) {
    for (const each of analyses) {
      if (!each.isShadow || !isWithin(each)) continue;
      sinceMs = Math.min(sinceMs, each.atMs);
      if (each.state === 'failed') failed += 1;
      if (each.state === 'not-asked') notAsked += 1;
    }
    const newest = [...analyses].reverse().find((each) => each.isShadow && each.state === 'admitted');
    if (newest === undefined || !isWithin(newest)) continue;
    both += 1;
    let stood = newest;
    let ms = 0;
    for (const each of analyses) {
      if (each.isShadow || each.look !== newest.look) continue;
      if (each.wasShown) stood = each;
      ms += each.timings.analyzeMs ?? 0;
      pay(shown, each);
    }
    pay(shadow, newest);
    shown.times.push(ms);
    shadow.times.push(newest.timings.analyzeMs ?? 0);
    const [one, other] = [nameOf(stood), nameOf(newest)];
    if (one !== '' && other !== '') named += 1;
    if (one !== '' && one === other) sameNamed += 1;
    if (stood.verdict === newest.verdict) sameVerdict += 1;
    const pair = `${levelOf(stood)} ${levelOf(newest)}`;
    confidences[pair] = (confidences[pair] ?? 0) + 1;
    if (outcome === undefined || outcome.judgement === 'unknown') continue;
    settled += 1;
    // People settle an hour after the opening.
    const before = analyses.filter((each) => each.wasShown && each.atMs <= openedAtMs + 3_600_000);
    const truth =
      outcome.service ?? (outcome.judgement === 'right' ? nameOf(before[before.length - 1] as Analysis) : '');
    if (truth === '') continue;
    told += 1;
    for (const [to, name, each] of [
      [shown, one, stood],
      [shadow, other, newest],
    ] as const) {
      const isHigh = levelOf(each) === 'HIGH';
      if (isHigh) to.high += 1;
      if (name === truth) to.right += 1;
      if (isHigh && name === truth) to.highRight += 1;
    }
    if (one === truth) outcomes[other === truth ? 'bothRight' : 'onlyShownRight'] += 1;
    else outcomes[other === truth ? 'onlyShadowRight' : 'bothWrong'] += 1;
  }
  let shownFailed = 0;
  for (const { analyses } of incidents)
    for (const each of analyses)
      if (!each.isShadow && each.state === 'failed' && each.atMs >= sinceMs && each.atMs < toMs)
        shownFailed += 1;
  const share = (count: number, of: number) => ({ count, of, share: of === 0 ? null : count / of });
  const figuresOf = ({
    answers,
    high,
    highRight,
    right,
    times,
    unknownPrices,
    usd,
  }: ReturnType<typeof side>) => ({
    right: share(right, told),
    precisionAtHigh: { ...share(highRight, high), ...solveWilson(highRight, high) },
    ...{ answers, usd, unknownPrices, perIncidentUsd: both === 0 ? null : usd / both },
    time: { p50Ms: rank(times, 50), p95Ms: rank(times, 95) },
  });
  const p = chanceOf(outcomes.onlyShownRight, outcomes.onlyShadowRight);
  const levels = ['HIGH', 'MEDIUM', 'LOW', null];
  return {
    ...{
      shown: shadowIdentities.shown,
      shadow: shadowIdentities.shadow,
      incidents: both,
      outcomes,
      p,
      leastTold: 30,
    },
    ...{ sameService: share(sameNamed, named), sameVerdict: share(sameVerdict, both) },
    confidences: levels.flatMap((of) =>
      levels.flatMap((beside) => {
        const count = confidences[`${of} ${beside}`];
        return count === undefined ? [] : [{ shown: of, shadow: beside, count }];
      }),
    ),
    ...{ settled: share(settled, both), told: share(told, settled) },
    says:
      told < 30
        ? 'too-little'
        : p >= 0.05
          ? 'no-difference'
          : outcomes.onlyShadowRight > outcomes.onlyShownRight
            ? 'shadow-better'
            : 'shown-better',
    shownFigures: { ...figuresOf(shown), failed: shownFailed, notAsked: 0 },
    shadowFigures: { ...figuresOf(shadow), failed, notAsked },
  };
}

function nameOf({ services, verdict }: Analysis): string {
  return verdict === 'cause-found' || verdict === 'candidates' ? (services[0] ?? '') : '';
}

function levelOf({ confidence, verdict }: Analysis): string | null {
  return verdict === 'insufficient-evidence' ? null : (confidence ?? null);
}

function rank(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  for (const [index, value] of sorted.entries())
    if ((index + 1) * 100 >= percent * sorted.length) return value;
  return null;
}

/** How often fair coins fall so unevenly, or more: Pascal's triangle, row by row. */
function chanceOf(one: number, other: number): number {
  let row = [1];
  for (let coin = 0; coin < one + other; coin += 1)
    row = Array.from(
      { length: row.length + 1 },
      (_, index) => ((row[index - 1] ?? 0) + (row[index] ?? 0)) / 2,
    );
  const gap = Math.abs(one - other);
  let sum = 0;
  for (const [heads, share] of row.entries()) if (Math.abs(one + other - 2 * heads) >= gap) sum += share;
  return sum;
}
