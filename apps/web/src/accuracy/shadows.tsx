import type { AnalyzerIdentity } from '@midwatch/core/incident';
import type { ComparedFigures, ShadowComparison, ShadowComparisons } from '@midwatch/ledger';
import { useLive } from '../live/use-live.js';
import { Scrollable } from '../parts/scrollable.js';
import { sayEstimate, sayPercent, sayShare } from './say-share.js';

const EVERY_MS = 60_000;

/** Each shadow beside what was shown, by `GET /accuracy/shadow`; nothing where none was asked. */
export function Shadows({ fromMs }: { readonly fromMs: number }) {
  const { value } = useLive<ShadowComparisons>(`/accuracy/shadow?from=${fromMs}`, EVERY_MS);
  if (value === undefined || value.comparisons.length === 0) return null;
  return (
    <section aria-labelledby="shadows">
      <div class="heading">
        <h2 id="shadows">In the shadow</h2>
      </div>
      {value.comparisons.map((comparison) => (
        <Comparison
          key={`${nameOf(comparison.shown)} ${nameOf(comparison.shadow)}`}
          comparison={comparison}
        />
      ))}
    </section>
  );
}

function Comparison({ comparison }: { readonly comparison: ShadowComparison }) {
  const { confidences, incidents, outcomes, sameService, sameVerdict, settled, shadow, shown, told } =
    comparison;
  return (
    <>
      <h3>
        {nameOf(shadow)} beside {nameOf(shown)}
      </h3>
      <p class="said">
        <b>{sayVerdict(comparison)}</b> In {incidents} incidents both answered: {sayShare(sameService)} name
        the same service first, {sayShare(sameVerdict)} have the same verdict. {sayShare(settled)} are
        settled, of these {sayShare(told)} with the true service. Of those, both were right in{' '}
        {outcomes.bothRight}, only what was shown in {outcomes.onlyShownRight}, only the shadow in{' '}
        {outcomes.onlyShadowRight}, neither in {outcomes.bothWrong}.
      </p>
      <div class="accuracy">
        <Sides comparison={comparison} />
        <Confidences counts={confidences} />
      </div>
    </>
  );
}

function Sides({ comparison: { shadowFigures, shownFigures } }: { readonly comparison: ShadowComparison }) {
  const rows: readonly (readonly [string, (figures: ComparedFigures) => string])[] = [
    ['right', ({ right }) => sayShare(right)],
    ['precision at HIGH', ({ precisionAtHigh }) => sayEstimate(precisionAtHigh)],
    ['failed', ({ failed }) => String(failed)],
    ['not asked', ({ notAsked }) => String(notAsked)],
    [
      'cost',
      ({ answers, unknownPrices, usd }) =>
        `$${usd.toFixed(2)} for ${answers} answers, ${unknownPrices} at an unknown price`,
    ],
    [
      'cost per incident',
      ({ perIncidentUsd }) => (perIncidentUsd === null ? '-' : `$${perIncidentUsd.toFixed(4)}`),
    ],
    ['time', ({ time: { p50Ms, p95Ms } }) => `p50 ${seconds(p50Ms)}, p95 ${seconds(p95Ms)}`],
  ];
  return (
    <Scrollable label="What was shown and the shadow">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">figure</span>
            </th>
            <th scope="col">shown</th>
            <th scope="col">shadow</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, tell]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{tell(shownFigures)}</td>
              <td>{tell(shadowFigures)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

const levels = ['HIGH', 'MEDIUM', 'LOW', null] as const;

/** What was shown down, the shadow across. */
function Confidences({ counts }: { readonly counts: ShadowComparison['confidences'] }) {
  const count = (shown: string | null, shadow: string | null) =>
    counts.find((each) => each.shown === shown && each.shadow === shadow)?.count ?? 0;
  return (
    <Scrollable label="Confidences">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">shown, shadow</th>
            {levels.map((shadow) => (
              <th key={shadow} scope="col">
                {shadow ?? 'abstained'}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {levels.map((shown) => (
            <tr key={shown}>
              <th scope="row">{shown ?? 'abstained'}</th>
              {levels.map((shadow) => (
                <td key={shadow}>{count(shown, shadow)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

function sayVerdict({ leastTold, p, says, told }: ShadowComparison): string {
  if (says === 'too-little')
    return `Too little to tell: the true service is known of ${told.count} incidents, ${leastTold} are needed.`;
  const chance = p < 0.001 ? 'less than 0.1 %' : sayPercent(p);
  const what = {
    'no-difference': 'No difference is shown',
    'shadow-better': 'The shadow is better',
    'shown-better': 'What is shown is better',
  };
  return `${what[says]}: of equals, chance makes as much with ${chance}.`;
}

function nameOf({ model, name, promptVersion }: AnalyzerIdentity): string {
  return `${model ?? name}${promptVersion === undefined ? '' : ` (prompt ${promptVersion})`}`;
}

function seconds(ms: number | null): string {
  return ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`;
}
