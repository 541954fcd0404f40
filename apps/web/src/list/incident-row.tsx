import type { ListedIncident } from '../live/answers.js';
import { pathOf } from '../live/use-route.js';
import { count, formatDuration } from '../parts/format.js';
import { splitHeadline } from '../parts/split-headline.js';
import { ConfidenceMark, Status, verdictWords } from '../parts/status.js';
import { Time } from '../parts/time.js';

/** One incident in a line or three. */
export function IncidentRow({
  incident,
  nowMs,
}: {
  readonly incident: ListedIncident;
  readonly nowMs: number;
}) {
  const {
    action,
    alertCount,
    confidence,
    openedAtMs,
    owner,
    resolvedAtMs,
    severity,
    status,
    title,
    verdict,
  } = incident;
  const { main, numbers } = splitHeadline(title);
  const lastedMs = (resolvedAtMs ?? nowMs) - openedAtMs;
  return (
    <li>
      <a class={`incident ${status}`} href={pathOf(incident.id)}>
        <span class="line">
          <Status status={status} />
          {severity !== undefined && <span class="tag">{severity}</span>}
          <span class="grow" />
          <span class="muted when">
            {lastedMs > 0 && `${status === 'firing' ? 'for' : 'lasted'} ${formatDuration(lastedMs)}`}
          </span>
        </span>
        <span class="title">{main}</span>
        {numbers.length > 0 && <span class="numbers">{numbers.join(' · ')}</span>}
        <span class="line muted small">
          {verdict !== undefined && <b>{verdictWords[verdict]}</b>}
          {verdict !== undefined && confidence !== undefined && <ConfidenceMark confidence={confidence} />}
          {verdict === undefined && <span>Being looked at …</span>}
          <span>{placeOf(incident)}</span>
          <span>{count(alertCount, 'alert')}</span>
          {action !== undefined && (
            <b>
              {actionWords[action.state]}: {action.title}
            </b>
          )}
          {owner !== undefined && <span>{owner.by} is on it</span>}
          <span>
            opened <Time ms={openedAtMs} day />
          </span>
        </span>
      </a>
    </li>
  );
}

const actionWords = {
  running: 'under way',
  watched: 'done, being watched',
  unknown: 'perhaps done',
} as const;

function placeOf({ environment, namespace, service }: ListedIncident): string {
  return [service ?? 'several services', namespace, environment]
    .filter((part) => part !== undefined)
    .join(' · ');
}
