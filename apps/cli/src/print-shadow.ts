import type { AnalyzerIdentity } from '@midwatch/core/incident';
import type { ComparedFigures, ShadowComparison, ShadowComparisons } from '@midwatch/ledger';
import { toShownLine } from './doctor/shown-text.js';
import { dayOf, say, sayEstimate, sayPercent } from './print-accuracy.js';
import type { Terminal } from './terminal.js';

/** For people: each shadow beside what was shown, and whether that is enough to tell. */
export function printShadow(
  { comparisons, fromMs, toMs }: ShadowComparisons,
  { stdout }: Pick<Terminal, 'stdout'>,
): void {
  const window = `${dayOf(fromMs)} to ${dayOf(toMs)}`;
  const lines =
    comparisons.length === 0
      ? [`${window}: no shadow was asked`]
      : comparisons.flatMap((comparison, index) => [
          ...(index === 0 ? [] : ['']),
          `${window}: ${nameOf(comparison.shadow)} in the shadow of ${nameOf(comparison.shown)}`,
          ...toLines(comparison),
        ]);
  for (const line of lines) stdout.write(`${line}\n`);
}

function toLines(comparison: ShadowComparison): readonly string[] {
  const { confidences, incidents, outcomes, sameService, sameVerdict, settled, told } = comparison;
  const { shadowFigures, shownFigures } = comparison;
  const row = (name: string, text: string) => `  ${name.padEnd(24)}${text}`;
  const both = (name: string, tell: (figures: ComparedFigures) => string) => [
    row(`${name}, shown`, tell(shownFigures)),
    row(`${name}, shadow`, tell(shadowFigures)),
  ];
  return [
    row(
      'incidents with both',
      `${incidents}, ${say(settled)} settled, of these ${say(told)} with the true service`,
    ),
    row('same first service', say(sameService)),
    row('same verdict', say(sameVerdict)),
    ...confidences.map(({ count, shadow, shown }) =>
      row(`${shown ?? 'silent'}, ${shadow ?? 'silent'}`, `${count} times (what was shown, the shadow)`),
    ),
    ...both('right', ({ right }) => say(right)),
    ...both('precision at HIGH', ({ precisionAtHigh }) => sayEstimate(precisionAtHigh)),
    row(
      'right',
      `${outcomes.bothRight} both, ${outcomes.onlyShownRight} only what was shown, ${outcomes.onlyShadowRight} only the shadow`,
    ),
    row('wrong', `${outcomes.bothWrong} both`),
    ...both('failed', ({ failed, notAsked }) =>
      notAsked === 0 ? `${failed}` : `${failed}, ${notAsked} not asked`,
    ),
    ...both(
      'cost',
      ({ answers, perIncidentUsd, unknownPrices, usd }) =>
        `$${usd.toFixed(2)} for ${answers} answers${perIncidentUsd === null ? '' : `, $${perIncidentUsd.toFixed(4)} an incident`}${unknownPrices === 0 ? '' : `; ${unknownPrices} at a price that is not known`}`,
    ),
    ...both('time', ({ time: { p50Ms, p95Ms } }) =>
      p50Ms === null || p95Ms === null
        ? 'none'
        : `p50 ${(p50Ms / 1000).toFixed(1)} s, p95 ${(p95Ms / 1000).toFixed(1)} s`,
    ),
    row('so', sayVerdict(comparison)),
  ];
}

function sayVerdict({ leastTold, outcomes, p, says, told }: ShadowComparison): string {
  if (says === 'too-little')
    return `too little to tell: the true service is known of ${told.count} incidents, ${leastTold} are needed`;
  const apart = outcomes.onlyShownRight + outcomes.onlyShadowRight;
  const chance = p < 0.001 ? 'less than 0.1 %' : sayPercent(p);
  const because = `one alone was right in ${apart} incidents; of equals, chance makes as much with ${chance}`;
  const who = {
    'no-difference': 'no difference is shown',
    'shadow-better': 'the shadow is better',
    'shown-better': 'what is shown is better',
  };
  return `${who[says]}: ${because}`;
}

function nameOf({ model, name, promptVersion }: AnalyzerIdentity): string {
  return toShownLine(
    `${model ?? name}${promptVersion === undefined ? '' : ` (prompt ${promptVersion})`}`,
    80,
  );
}
