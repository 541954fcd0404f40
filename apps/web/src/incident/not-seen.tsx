import type { Brief } from '@midwatch/core/incident';
import type { LookAnswer } from '../live/answers.js';
import { count } from '../parts/format.js';
import { QueryView } from './queries.js';

const states: Readonly<Record<string, string>> = {
  partial: 'Read in part',
  failed: 'Could not be read',
  'not-asked': 'Not asked',
  'not-configured': 'Not configured',
};
const signs: Readonly<Record<string, string>> = {
  partial: '◑',
  failed: '✕',
  'not-asked': '○',
  'not-configured': '○',
};

const names: Readonly<Record<string, string>> = {
  logs: 'log line',
  metrics: 'series',
  traces: 'trace',
  deploys: 'change',
  incidents: 'event',
};

interface NotSeenProps {
  readonly brief: Brief | undefined;
  readonly look: LookAnswer;
}

/** Nothing found is not nothing there: where nobody looked, or not everywhere. */
export function NotSeen({ brief, look: { evidence, sources } }: NotSeenProps) {
  const gaps = brief?.notChecked ?? [];
  const read = Object.entries(evidence.read).map(([kind, amount]) =>
    count(amount, names[kind] ?? kind, kind === 'metrics' ? 'series' : undefined),
  );
  const answered = sources.filter(
    ({ state }) => state === 'ok' || state === 'empty' || state === 'partial',
  ).length;
  return (
    <section class="card" aria-labelledby="not-seen">
      <h2 id="not-seen" tabIndex={-1}>
        What Midwatch could not see
      </h2>
      <p class="small muted">
        Read: {read.join(', ')}. {answered} of {count(sources.length, 'query', 'queries')} answered.
      </p>
      {gaps.length === 0 && <p>Every source answered in full.</p>}
      <ul class="gaps">
        {gaps.map((gap, index) => (
          <li key={index}>
            <p>
              <span aria-hidden="true">{signs[gap.state]}</span> <b>{states[gap.state] ?? gap.state}</b>:{' '}
              {gap.source === '' ? gap.kind : `${gap.source} (${gap.kind})`}
            </p>
            <p class="small">{gap.reason}</p>
            {gap.query !== undefined && (
              <details class="queries">
                <summary>Query</summary>
                <QueryView query={gap.query} />
              </details>
            )}
          </li>
        ))}
      </ul>
      <h3>The most confidence that the evidence allows: {evidence.ceiling.confidence}</h3>
      <ul class="small">
        {evidence.ceiling.reasons.map((reason, index) => (
          <li key={index}>{reason}</li>
        ))}
      </ul>
    </section>
  );
}
