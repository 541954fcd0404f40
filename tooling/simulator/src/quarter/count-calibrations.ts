import type { AnalyzerIdentity, Calibration, Confidence } from '@midwatch/core/incident';
import type { QuarterIncident } from './simulate-quarter.js';

const WINDOW_MS = 180 * 86_400_000;
/** What a shrunk share must reach: while its newest case was shown at a level, and to come back to it from below. */
const borders = [
  { level: 'HIGH', stays: 0.85, comesBack: 0.875, isReached: (shown: Confidence) => shown === 'HIGH' },
  { level: 'MEDIUM', stays: 0.6, comesBack: 0.625, isReached: (shown: Confidence) => shown !== 'LOW' },
] as const;

/** What each analyzer may claim at a time, once more, by loops over the incidents: nothing of the ledger's code is used. */
export function countCalibrations(incidents: readonly QuarterIncident[], atMs: number): Calibration[] {
  const cases: Record<
    string,
    { identity: AnalyzerIdentity; rights: number; all: number; newest: [number, Confidence] }
  > = {};
  for (const { analyses, outcome } of incidents) {
    let last: QuarterIncident['analyses'][number] | undefined;
    for (const each of analyses)
      if (each.wasShown && !each.isShadow && each.state === 'admitted') last = each;
    if (last === undefined || outcome === undefined || outcome.judgement === 'unknown') continue;
    if (last.atMs >= atMs || last.atMs < atMs - WINDOW_MS || last.verdict === 'insufficient-evidence')
      continue;
    const { analyzer: identity, confidence: shown = 'LOW', uncalibratedConfidence } = last;
    if ((uncalibratedConfidence ?? shown) !== 'HIGH') continue;
    const key = keyOf(identity);
    cases[key] ??= { identity, rights: 0, all: 0, newest: [last.atMs, shown] };
    const mine = cases[key];
    mine.all += 1;
    if (outcome.judgement === 'right') mine.rights += 1;
    if (last.atMs >= mine.newest[0]) mine.newest = [last.atMs, shown];
  }
  return Object.values(cases)
    .map(({ all, identity, newest: [, shown], rights }) => {
      // Thirty cases more, of which 27 are right: what HIGH stands for.
      const shrunk = (rights + 27) / (all + 30);
      const isWorth = ({ comesBack, isReached, stays }: (typeof borders)[number]) =>
        shrunk > (isReached(shown) ? stays : comesBack) - 1e-9;
      const confidence = all < 30 ? 'HIGH' : (borders.find(isWorth)?.level ?? 'LOW');
      const who = identity.model === undefined ? 'analyzer' : 'model';
      const said = `HIGH of this ${who} was right in ${rights} of ${all} settled cases: shown as ${confidence} at most.`;
      const reasons = confidence === 'HIGH' ? [] : [said];
      return {
        analyzer: identity,
        settled: all,
        right: rights,
        shrunk,
        ceiling: { confidence, reasons },
      } as const;
    })
    .sort(
      (one, other) => other.settled - one.settled || (keyOf(one.analyzer) < keyOf(other.analyzer) ? -1 : 1),
    );
}

function keyOf({ model = '', name, promptVersion = '' }: AnalyzerIdentity): string {
  return `${name} ${model} ${promptVersion}`;
}
