import type { Brief, MetricShiftFinding } from '@midwatch/core/incident';
import { useMemo } from 'preact/hooks';
import type { LookAnswer } from '../live/answers.js';
import { formatTime } from '../parts/format.js';
import { Lanes } from './lanes.js';
import { MetricChart } from './metric-chart.js';
import { rangeOf, shareOf } from './time-range.js';

const MAX_CHARTS = 4;

interface TimeAxisProps {
  readonly look: LookAnswer;
  readonly brief: Brief | undefined;
}

/** Metrics, changes, logs, traces and events under each other on one axis, with the onset through all of them. */
export function TimeAxis({ brief, look: { evidence } }: TimeAxisProps) {
  const range = useMemo(() => rangeOf(evidence), [evidence]);
  const charts = useMemo(() => chartsOf(evidence.findings, brief), [evidence, brief]);
  const changedMs = useMemo(
    () =>
      evidence.findings
        .filter(({ kind }) => kind === 'change')
        .flatMap(({ onsetMs }) => onsetMs ?? [])
        .filter((ms) => ms >= range.startMs && ms <= range.endMs),
    [evidence, range],
  );
  const { onsetMs } = evidence;
  const hasRates = evidence.findings.some(
    (finding) => finding.kind === 'log-pattern' && finding.window.ratesPerMinute !== undefined,
  );
  return (
    <section class="card axis" aria-labelledby="axis">
      <h2 id="axis">On one time axis</h2>
      <p class="small muted legend">
        {onsetMs !== undefined && (
          <span>
            <i class="key onset" aria-hidden="true" /> onset {formatTime(onsetMs)} UTC
          </span>
        )}
        <span>
          <i class="key changed" aria-hidden="true" /> change
        </span>
        <span>
          <i class="key baseline" aria-hidden="true" /> baseline ({evidence.baselineName})
        </span>
        {hasRates && (
          <span>
            <i class="key rate" aria-hidden="true" /> log lines a minute; no line below: not read
          </span>
        )}
      </p>
      {charts.map((finding, index) => (
        <MetricChart
          key={finding.id}
          finding={finding}
          range={range}
          onsetMs={onsetMs}
          changedMs={changedMs}
          baseline={evidence.baseline}
          hasTimes={index === charts.length - 1}
        />
      ))}
      <Lanes evidence={evidence} range={range} onsetMs={onsetMs} />
      <Ticks range={range} />
    </section>
  );
}

function Ticks({ range }: { readonly range: ReturnType<typeof rangeOf> }) {
  const middle = (range.startMs + range.endMs) / 2;
  return (
    <p class="ticks small muted" aria-hidden="true">
      {[range.startMs, middle, range.endMs].map((ms) => (
        <span key={ms} style={{ left: `${shareOf(ms, range) * 100}%` }}>
          {formatTime(ms).slice(0, 5)}
        </span>
      ))}
    </p>
  );
}

/** The brief's decisive numbers first, then the strongest. */
function chartsOf(
  findings: LookAnswer['evidence']['findings'],
  brief: Brief | undefined,
): readonly MetricShiftFinding[] {
  const decisive = new Map((brief?.numbers ?? []).map(({ findingId }, index) => [findingId, index]));
  const rank = ({ id }: MetricShiftFinding) => decisive.get(id) ?? decisive.size;
  return findings
    .filter((finding) => finding.kind === 'metric-shift')
    .filter(({ points }) => points.length > 1)
    .sort((one, other) => rank(one) - rank(other) || other.strength - one.strength)
    .slice(0, MAX_CHARTS);
}
