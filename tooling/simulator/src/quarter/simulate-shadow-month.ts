import type { NewAnalysis } from '@midwatch/core/incident';
import type { QuarterIncident } from './simulate-quarter.js';

const DAY_MS = 86_400_000;
const services = ['checkout', 'cart', 'ledger', 'search', 'mail'] as const;

export const shadowIdentities = {
  shown: { name: 'claude', model: 'small-1', promptVersion: 'p3' },
  larger: { name: 'claude', model: 'large-1', promptVersion: 'p3' },
  shadow: { name: 'claude', model: 'small-1', promptVersion: 'p4' },
} as const;

/** 300 incidents of the 29 days before, with a shadow that is right more often than what was shown; the same in every run. */
export function simulateShadowMonth(endMs: number): readonly QuarterIncident[] {
  let state = 4_711;
  // Tommy Ettinger's mulberry32: what is drawn next tells nothing of what was drawn before.
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)] as Item;
  const analysis = (more: Partial<NewAnalysis>): NewAnalysis => ({
    ...{ look: 1, state: 'admitted', wasShown: true, isShadow: false, analyzer: { name: 'evidence' } },
    ...{
      verdict: 'candidates',
      confidence: 'LOW',
      statedConfidence: 'HIGH',
      services: [],
      signatures: [],
      gaps: [],
    },
    ...{ sourceSet: 'logs:loki', timings: { briefMs: 2_000 } },
    ...more,
  });
  const answer = (guilty: string, share: number, more: Partial<NewAnalysis>): NewAnalysis => {
    const isRight = random() < share;
    const other = pick(services.filter((each) => each !== guilty));
    return analysis({
      ...{
        verdict: random() < 0.08 ? 'insufficient-evidence' : random() < 0.8 ? 'cause-found' : 'candidates',
        confidence: random() < (isRight ? 0.7 : 0.4) ? 'HIGH' : pick(['MEDIUM', 'LOW']),
      },
      services: isRight ? [guilty, other] : [other, guilty],
      timings: { analyzeMs: 1_000 + Math.floor(random() * 9_000), briefMs: 9_000 },
      usage: {
        ...{ model: more.analyzer?.model ?? '', inputTokens: 6_000, cacheWriteTokens: 0, cacheReadTokens: 0 },
        ...{ outputTokens: 900, thinkingTokens: 0 },
        ...(random() < 0.04 ? {} : { costUsd: Math.round(random() * 4_000) / 1e6 }),
      },
      ...more,
    });
  };
  const failure = ({ confidence: _, verdict: __, ...failed }: NewAnalysis): NewAnalysis => ({
    ...{ ...failed, state: 'failed', reason: 'it failed', wasShown: false, services: [] },
  });
  return Array.from({ length: 300 }, (_, index): QuarterIncident => {
    const openedAtMs = endMs - 29 * DAY_MS + Math.floor((index * 28 * DAY_MS) / 300);
    const [service, guilty] = [pick(services), pick(services)];
    const analyses: (NewAnalysis & { readonly atMs: number })[] = [];
    const { larger, shadow, shown } = shadowIdentities;
    for (const look of random() < 0.2 ? [1, 2] : [1]) {
      const add = (seconds: number, ...those: NewAnalysis[]) =>
        analyses.push(
          ...those.map((each) => ({ ...each, look, atMs: openedAtMs + look * 600_000 + seconds * 1_000 })),
        );
      add(3, analysis({}));
      const own = answer(guilty, 0.6, { analyzer: shown });
      if (random() < 0.05) {
        // Nobody to be compared with.
        add(20, failure(own));
        continue;
      }
      const isEscalated = random() < 0.1;
      add(20, { ...own, wasShown: !isEscalated });
      if (isEscalated) add(20, answer(guilty, 0.7, { analyzer: larger }));
      const beside = answer(guilty, 0.85, { analyzer: shadow, isShadow: true, wasShown: false });
      const { usage: ___, ...refused } = failure(beside);
      if (random() < 0.05)
        add(
          45,
          random() < 0.6 ? failure(beside) : { ...refused, state: 'not-asked', timings: { briefMs: 1 } },
        );
      else add(45, beside);
    }
    const last = analyses.findLast((each) => each.wasShown);
    const isRight = last?.services[0] === guilty && last.verdict !== 'insufficient-evidence';
    const judgement = random() < 0.05 ? 'unknown' : isRight ? 'right' : random() < 0.2 ? 'partly' : 'wrong';
    const named = random() < 0.7 ? { service: guilty } : {};
    return {
      ...{
        id: `shadow-${index}`,
        service,
        openedAtMs,
        resolvedAtMs: openedAtMs + 3_000_000,
        analyses,
        ratings: [],
      },
      ...(random() < 0.85 ? { outcome: { judgement, ...named } } : {}),
    };
  });
}
