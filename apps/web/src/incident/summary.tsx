import type { Brief, BriefAction, IncidentDetails } from '@midwatch/core/incident';
import type { LookAnswer } from '../live/answers.js';
import { useNow } from '../live/use-now.js';
import { CopyButton } from '../parts/copy-button.js';
import { count, formatDuration } from '../parts/format.js';
import { Scrollable } from '../parts/scrollable.js';
import { splitCause, splitHeadline } from '../parts/split-headline.js';
import { ConfidenceMark, Status, verdictWords } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { Cited, CiteList } from './citations.js';
import { Facts } from './facts.js';
import { NumberTile } from './number-tile.js';

const MAX_NUMBERS = 4;
const MAX_CITED = 8;

interface SummaryProps {
  readonly incident: IncidentDetails;
  readonly look: LookAnswer | undefined;
}

/** What a person needs within seconds: what, since when, why, how sure, what to do first. */
export function Summary({ incident, look }: SummaryProps) {
  const { brief } = incident;
  const { main } = splitHeadline(brief?.headline ?? incident.title);
  return (
    <header class="summary">
      <div class="line">
        <Status status={incident.status} />
        {incident.severity !== undefined && <span class="tag">{incident.severity}</span>}
        <Age incident={incident} />
      </div>
      <h1>{main}</h1>
      <p class="muted small place">
        {[incident.service, incident.namespace, incident.environment]
          .filter((part) => part !== undefined)
          .join(' · ')}
      </p>
      {brief !== undefined && <Facts brief={brief} />}
      {brief === undefined ? (
        <p role="status">Being looked at: the first brief comes within seconds.</p>
      ) : (
        <Said brief={brief} look={look} />
      )}
    </header>
  );
}

function Age({ incident }: { readonly incident: IncidentDetails }) {
  const nowMs = useNow();
  const sinceMs = incident.brief?.sinceMs ?? incident.openedAtMs;
  if (incident.status === 'resolved')
    return <span>lasted {formatDuration((incident.resolvedAtMs ?? nowMs) - sinceMs)}</span>;
  return (
    <span>
      for <b>{formatDuration(nowMs - sinceMs)}</b>
      <span class="since">
        , since <Time ms={sinceMs} /> UTC
      </span>
    </span>
  );
}

function Said({ brief, look }: { readonly brief: Brief; readonly look: LookAnswer | undefined }) {
  const { actions, confidence, confidenceReason, footer, numbers, verdict } = brief;
  const [first] = actions;
  const { lead, rest } = splitCause(brief.cause);
  const cites = look?.analysis.hypotheses[0]?.evidence ?? [];
  return (
    <>
      {numbers.length > 0 && (
        <ul class="tiles" aria-label="The decisive numbers">
          {numbers.slice(0, MAX_NUMBERS).map((number) => (
            <NumberTile
              key={number.findingId}
              number={number}
              onsetMs={brief.sinceMs}
              changedMs={brief.change?.atMs}
            />
          ))}
        </ul>
      )}
      <section class="cause" aria-label="Cause">
        <div class="line">
          <h2>{verdictWords[verdict]}</h2>
          <ConfidenceMark confidence={confidence} />
        </div>
        <p class="lead">
          <Cited text={lead} />
        </p>
        <details class="why" open={isWide()}>
          <summary>Why, and how sure</summary>
          {rest !== '' && (
            <p class="rest">
              <Cited text={rest} />
            </p>
          )}
          <CiteList ids={cites.slice(0, MAX_CITED)} />
          <p class="muted small">{confidenceReason}</p>
        </details>
        {(footer.pending !== undefined || look?.isPending === true) && (
          <p class="notice small" role="status">
            <span aria-hidden="true">…</span> A model is still reading. This is what the evidence alone says.
          </p>
        )}
      </section>
      {first !== undefined && <FirstAction action={first} />}
      {brief.notChecked.length > 0 && (
        <p class="notice small">
          <span aria-hidden="true">◌</span> Midwatch could not see everything:{' '}
          <a href="#not-seen">{count(brief.notChecked.length, 'gap')}</a>
        </p>
      )}
    </>
  );
}

/** On a phone, what to do comes before why. */
function isWide(): boolean {
  return matchMedia('(min-width: 641px)').matches;
}

function FirstAction({ action }: { readonly action: BriefAction }) {
  return (
    <section class="action" aria-label="What to do first">
      <h2>
        <span class="eyebrow">Do first</span> {action.title}
      </h2>
      {action.command !== undefined && (
        <div class="command">
          <Scrollable label="Command">
            <pre>{action.command}</pre>
          </Scrollable>
          <CopyButton text={action.command} what="the command" />
        </div>
      )}
      <p class="small">
        <Cited text={action.reason} /> <CiteList ids={action.evidence} />
      </p>
    </section>
  );
}
