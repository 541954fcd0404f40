import type { AdmittedAnalysis, AdviceAction } from '@midwatch/core/incident';
import type { LookAnswer } from '../live/answers.js';
import { count, formatDay } from '../parts/format.js';
import { ConfidenceMark, verdictWords } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { Cited, Claim } from './citations.js';

/** What was concluded, each claim with its evidence. */
export function Analysis({ look: { analysis, evidence } }: { readonly look: LookAnswer }) {
  const { advice, confidence, hypotheses, timeline, verdict } = analysis;
  const startMs = evidence.window.startMs;
  return (
    <section class="card" aria-labelledby="analysis">
      <h2 id="analysis">Analysis</h2>
      <p class="line">
        <b>{verdictWords[verdict]}</b> <ConfidenceMark confidence={confidence} />
      </p>
      <p class="muted small">{speakerOf(analysis)}</p>
      {hypotheses.length > 0 && (
        <h3>{hypotheses.length === 1 ? 'Hypothesis' : 'Hypotheses, the likeliest first'}</h3>
      )}
      <ol class="plain">
        {hypotheses.map((hypothesis, index) => (
          <li key={index}>
            <Claim ids={hypothesis.evidence}>
              <p>
                <b>{hypothesis.service}</b>: <Cited text={hypothesis.statement} />
              </p>
              {hypothesis.disprovedBy !== '' && (
                <p class="small muted">
                  Would be wrong if: <Cited text={hypothesis.disprovedBy} />
                </p>
              )}
            </Claim>
          </li>
        ))}
      </ol>
      {timeline.length > 0 && <h3>What happened</h3>}
      <ol class="plain happened">
        {timeline.map((entry, index) => (
          <li key={index}>
            <Claim ids={entry.evidence}>
              <p>
                <b class="at">{entry.atMs < startMs ? formatDay(entry.atMs) : <Time ms={entry.atMs} />}</b>{' '}
                <Cited text={entry.text} />
              </p>
            </Claim>
          </li>
        ))}
      </ol>
      {advice.length > 0 && <h3>Advice, the safest first</h3>}
      <ol class="plain">
        {advice.map((each, index) => (
          <li key={index}>
            <Claim ids={each.evidence}>
              <p>
                <b>
                  {adviceWords[each.action]} {each.service}
                </b>
                : <Cited text={each.reason} />
              </p>
            </Claim>
          </li>
        ))}
      </ol>
      <Admission analysis={analysis} />
    </section>
  );
}

const adviceWords: Readonly<Record<AdviceAction, string>> = {
  rollback: 'Roll back',
  restart: 'Restart',
  'scale-up': 'Scale up',
  'config-change': 'Change the configuration of',
  'traffic-shift': 'Shift traffic away from',
  investigate: 'Look at',
};

function speakerOf({ analyzer, escalation, usage = [] }: AdmittedAnalysis): string {
  const who =
    analyzer.model ?? (analyzer.name === 'evidence' ? 'the evidence alone, without a model' : analyzer.name);
  const asked =
    escalation === undefined ? '' : `, after a smaller model (${escalation.reason}, ${escalation.outcome})`;
  const costs = usage.flatMap(({ costUsd }) => costUsd ?? []);
  const cost = costs.length === 0 ? '' : ` · $${costs.reduce((sum, each) => sum + each, 0).toFixed(4)}`;
  return `Said by ${who}${asked}${cost}`;
}

/** What code did to the answer before anybody saw it. */
function Admission({ analysis: { admission } }: { readonly analysis: AdmittedAnalysis }) {
  const { confidenceLoweredFrom, droppedClaims, droppedIds, notes, uncoveredNumbers } = admission;
  const said = [
    ...(confidenceLoweredFrom === undefined ? [] : [`Confidence was lowered from ${confidenceLoweredFrom}.`]),
    ...(droppedClaims === 0 ? [] : [`${count(droppedClaims, 'claim')} without evidence taken out.`]),
    ...(droppedIds === 0 ? [] : [`${count(droppedIds, 'citation')} of nothing taken out.`]),
    ...(uncoveredNumbers === 0
      ? []
      : [`${count(uncoveredNumbers, 'number')} that the evidence does not hold.`]),
    ...notes,
  ];
  if (said.length === 0) return null;
  return (
    <>
      <h3>What code corrected</h3>
      <ul class="small">
        {said.map((each, index) => (
          <li key={index}>{each}</li>
        ))}
      </ul>
    </>
  );
}
