import type { Evidence, Finding } from '@midwatch/core/incident';
import { useContext } from 'preact/hooks';
import { formatDuration, formatTime } from '../parts/format.js';
import { CitationContext } from './citations.js';
import { peakOf, type RatePart, ratePartsOf } from './rate-parts.js';
import { RateTrack } from './rate-track.js';
import { shareOf, type TimeRange } from './time-range.js';

const MAX_PER_LANE = 5;

interface Mark {
  readonly finding: Finding;
  readonly startMs: number;
  readonly endMs?: number;
  /** Of what was before, as of what was after, on the same scale. */
  readonly share: number;
  readonly label: string;
  /** Its rate over time, where that is known. */
  readonly rates?: readonly RatePart[];
}

interface LanesProps {
  readonly evidence: Evidence;
  readonly range: TimeRange;
  readonly onsetMs: number | undefined;
}

/** What is no metric: when it began, how long it was seen and, of log lines, how often. */
export function Lanes({ evidence, onsetMs, range }: LanesProps) {
  const { findings } = evidence;
  const lanes: readonly (readonly [string, readonly Mark[]])[] = [
    ['Changes', findings.flatMap((each) => (each.kind === 'change' ? changeOf(each, onsetMs) : []))],
    ['Logs', findings.flatMap((each) => (each.kind === 'log-pattern' ? logOf(each, evidence, range) : []))],
    ['Traces', findings.flatMap((each) => (each.kind === 'trace-fault' ? traceOf(each, range) : []))],
    ['Events', findings.flatMap((each) => (each.kind === 'cluster-event' ? eventOf(each) : []))],
  ];
  return (
    <>
      {lanes
        .filter(([, marks]) => marks.length > 0)
        .map(([name, marks]) => (
          <div key={name} class="lane">
            <h3>{name}</h3>
            <ul>
              {marks.slice(0, MAX_PER_LANE).map((mark) => (
                <LaneMark key={mark.finding.id} mark={mark} range={range} onsetMs={onsetMs} />
              ))}
            </ul>
          </div>
        ))}
    </>
  );
}

interface LaneMarkProps {
  readonly mark: Mark;
  readonly range: TimeRange;
  readonly onsetMs: number | undefined;
}

function LaneMark({ mark, onsetMs, range }: LaneMarkProps) {
  const { endMs, finding, label, rates, share, startMs } = mark;
  const { choose, lit } = useContext(CitationContext);
  const { id, kind, statement } = finding;
  const left = shareOf(startMs, range);
  const width = endMs === undefined ? 0 : shareOf(endMs, range) - left;
  const onClick = (event: Event) => {
    event.preventDefault();
    choose(id);
  };
  return (
    <li>
      <a
        class={`mark${lit.has(id) ? ' lit' : ''}`}
        href={`#finding-${id}`}
        data-cites={id}
        title={statement}
        onClick={onClick}
      >
        <span class="label small">
          <b>{id}</b> {startMs < range.startMs && <span aria-hidden="true">◀ </span>}
          {label}
        </span>
        <span class={`track${rates === undefined ? '' : ' tall'}`} aria-hidden="true">
          {onsetMs !== undefined && <i class="onset" style={{ left: `${shareOf(onsetMs, range) * 100}%` }} />}
          {rates !== undefined ? (
            <RateTrack parts={rates} />
          ) : endMs === undefined ? (
            <i class={`point ${kind}`} style={{ left: `${left * 100}%` }} />
          ) : (
            <i
              class={`span ${kind}`}
              style={{
                left: `${left * 100}%`,
                width: `${Math.max(0.6, width * 100)}%`,
                height: `${3 + 11 * share}px`,
              }}
            />
          )}
        </span>
      </a>
    </li>
  );
}

function changeOf(finding: Finding & { kind: 'change' }, onsetMs: number | undefined): Mark {
  const { deploy } = finding;
  const startMs = deploy.timestampMs;
  const [change] = finding.changes;
  const what =
    change === undefined
      ? (deploy.summary ?? '')
      : `${change.path} ${change.before ?? ''} → ${change.after ?? ''}`;
  const apart =
    onsetMs === undefined
      ? ''
      : `, ${formatDuration(onsetMs - startMs)} ${startMs <= onsetMs ? 'before' : 'after'} onset`;
  return {
    finding,
    startMs,
    share: 1,
    label: `${deploy.service} ${deploy.version ?? ''} at ${formatTime(startMs)}${apart}: ${what}`,
  };
}

/** What an earlier version kept has no rates over time: its height is its rate, of what it is at most in window or baseline. */
function logOf(
  finding: Finding & { kind: 'log-pattern' },
  evidence: Evidence,
  range: TimeRange,
): readonly Mark[] {
  const { baseline, change, firstSeenMs, lastSeenMs, level, service, template, window } = finding;
  if (firstSeenMs === undefined || change === 'steady') return [];
  const rate = change === 'gone' || change === 'down' ? baseline.ratePerMinute : window.ratePerMinute;
  const share = rate / (Math.max(window.ratePerMinute, baseline.ratePerMinute) || 1);
  const rates = ratePartsOf(finding, evidence, range);
  const peak = peakOf(rates);
  const most =
    peak === undefined ? '' : `, at most ${formatRate(peak.perMinute ?? 0)} at ${formatTime(peak.startMs)}`;
  const label = `${service ?? ''} ${level ?? ''} ${change}, ${formatRate(rate)}${most}: ${template.replaceAll('<*>', '…')}`;
  const mark = { finding, startMs: firstSeenMs, endMs: lastSeenMs ?? firstSeenMs, share, label };
  return [peak === undefined ? mark : { ...mark, rates }];
}

function formatRate(perMinute: number): string {
  return `${Number(perMinute.toPrecision(2))}/min`;
}

function traceOf(finding: Finding & { kind: 'trace-fault' }, { endMs }: TimeRange): readonly Mark[] {
  const { fault, onsetMs, operation, service, window } = finding;
  if (onsetMs === undefined) return [];
  const share = window.calls === 0 ? 0 : Math.min(1, window.faulty / window.calls);
  // What is only new is no fault of a call.
  const many = window.faulty === 0 ? '' : `, ${window.faulty} of ${window.calls} calls`;
  const label = `${service ?? ''} ${operation ?? ''}: ${fault.replaceAll('-', ' ')}${many}`;
  return [{ finding, startMs: onsetMs, endMs, share, label }];
}

function eventOf(finding: Finding & { kind: 'cluster-event' }): readonly Mark[] {
  const { count, onsetMs, reason, title } = finding;
  if (onsetMs === undefined) return [];
  return [
    { finding, startMs: onsetMs, share: 1, label: `${reason}${count > 1 ? ` ×${count}` : ''}: ${title}` },
  ];
}
