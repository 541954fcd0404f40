import type { ChangeFinding, Finding, LogPatternFinding, TraceFaultFinding } from '@midwatch/core/incident';
import { useContext } from 'preact/hooks';
import type { LookAnswer } from '../live/answers.js';
import { CopyButton } from '../parts/copy-button.js';
import { formatValue } from '../parts/format.js';
import { Scrollable } from '../parts/scrollable.js';
import { BeforeAndNow } from './before-and-now.js';
import { CitationContext } from './citations.js';
import { QueryList } from './queries.js';
import { Sparkline } from './sparkline.js';

const MAX_CHANGES = 12;

/** One piece of evidence: what it says, raw, with the query that brought it and the claims that rest on it. */
export function FindingCard({ finding, look }: { readonly finding: Finding; readonly look: LookAnswer }) {
  const { chosen, lit } = useContext(CitationContext);
  const { id, queryIds, service, statement } = finding;
  const names = `finding card${lit.has(id) ? ' lit' : ''}${chosen === id ? ' chosen' : ''}`;
  return (
    <li id={`finding-${id}`} class={names} tabIndex={-1} data-cites={id}>
      <p class="line small">
        <b class="id">{id}</b>
        {service !== undefined && <span>{service}</span>}
        {finding.pod !== undefined && <span class="muted">pod {finding.pod}</span>}
        <span class="grow" />
        <span class="muted">{citedBy(id, look)}</span>
      </p>
      <p>{statement}</p>
      <Details finding={finding} look={look} />
      <QueryList ids={queryIds} />
    </li>
  );
}

function Details({ finding, look }: { readonly finding: Finding; readonly look: LookAnswer }) {
  switch (finding.kind) {
    case 'log-pattern':
      return <LogPattern finding={finding} />;
    case 'trace-fault':
      return <TraceFault finding={finding} />;
    case 'change':
      return <Change finding={finding} />;
    case 'metric-shift':
      return (
        <>
          <Sparkline points={finding.points} onsetMs={look.evidence.onsetMs ?? 0} changedMs={undefined} />
          <p class="small muted">
            {formatValue(finding.before, finding.unit)} before, {formatValue(finding.after, finding.unit)}{' '}
            after, {formatValue(finding.peak, finding.unit)} at its{' '}
            {finding.direction === 'up' ? 'highest' : 'lowest'}, {formatValue(finding.last, finding.unit)} at
            last
          </p>
        </>
      );
    default:
      return finding.object === undefined ? null : <p class="small muted">{finding.object}</p>;
  }
}

function LogPattern({ finding: { baseline, example, window } }: { readonly finding: LogPatternFinding }) {
  return (
    <>
      <BeforeAndNow before={baseline.ratePerMinute} now={window.ratePerMinute} unit="lines a minute" />
      <div class="raw">
        <Scrollable label="A raw line">
          <pre>{example}</pre>
        </Scrollable>
        <CopyButton text={example} what="the line" />
      </div>
    </>
  );
}

function TraceFault({
  finding: { baseline, exampleTraceIds, window },
}: {
  readonly finding: TraceFaultFinding;
}) {
  const [trace] = exampleTraceIds;
  return (
    <>
      <BeforeAndNow
        before={baseline.p50Ms / 1_000}
        now={window.p50Ms / 1_000}
        unit="s"
        label="typical call"
      />
      <p class="small muted">
        {window.faulty} of {window.calls} calls at fault, {baseline.faulty} of {baseline.calls} before
      </p>
      {trace !== undefined && (
        <p class="line small">
          Trace <code>{trace}</code> <CopyButton text={trace} what="the trace's id" />
        </p>
      )}
    </>
  );
}

function Change({ finding: { changes, deploy } }: { readonly finding: ChangeFinding }) {
  return (
    <>
      {changes.length > 0 && (
        <Scrollable label="What was changed">
          <table class="small">
            <thead>
              <tr>
                <th scope="col">Setting</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              {changes.slice(0, MAX_CHANGES).map(({ after, before, path }, index) => (
                <tr key={index}>
                  <th scope="row">{path}</th>
                  <td>{before ?? '(none)'}</td>
                  <td>{after ?? '(none)'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
      )}
      <p class="small muted">
        {[deploy.summary, deploy.actor, deploy.changeRequest]
          .filter((part) => part !== undefined)
          .join(' · ')}
      </p>
    </>
  );
}

function citedBy(id: string, { analysis }: LookAnswer): string {
  const times = [...analysis.hypotheses, ...analysis.timeline, ...analysis.advice].filter(({ evidence }) =>
    evidence.includes(id),
  ).length;
  if (times === 0) return 'not cited';
  return times === 1 ? 'cited once' : `cited ${times} times`;
}
