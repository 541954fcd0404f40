import { useEffect, useState } from 'preact/hooks';
import type { IncidentsAnswer, ListedIncident } from '../live/answers.js';
import { ask } from '../live/ask.js';
import { useLive } from '../live/use-live.js';
import { useNow } from '../live/use-now.js';
import { count } from '../parts/format.js';
import { LiveMark } from '../parts/live-mark.js';
import { IncidentRow } from './incident-row.js';
import { useListKeys } from './use-list-keys.js';

const EVERY_MS = 5_000;
const MAX_OLDER = 2_000;

type Shown = 'all' | ListedIncident['status'];
const choices: readonly (readonly [Shown, string])[] = [
  ['all', 'All'],
  ['firing', 'Firing'],
  ['resolved', 'Resolved'],
];

/** Incidents as they stand, those that fire first. */
export function IncidentList() {
  const live = useLive<IncidentsAnswer>('/incidents?limit=50', EVERY_MS);
  const [older, setOlder] = useState<IncidentsAnswer>();
  const [shown, setShown] = useState<Shown>('all');
  const [service, setService] = useState('');
  const nowMs = useNow();
  useListKeys();
  useEffect(() => {
    document.title = 'Incidents · Midwatch';
  }, []);

  const all = merge(live.value?.incidents ?? [], older?.incidents ?? []);
  const next = older === undefined ? live.value?.next : older.next;
  const services = [...new Set(all.flatMap((each) => each.service ?? []))].sort();
  const matching = all
    .filter(({ status }) => shown === 'all' || status === shown)
    .filter((each) => service === '' || each.service === service);
  const firing = all.filter(({ status }) => status === 'firing').length;

  const loadOlder = async () => {
    if (next === undefined) return;
    const answer = await ask<IncidentsAnswer>(`/incidents?limit=50&cursor=${encodeURIComponent(next)}`).catch(
      () => 'unchanged' as const,
    );
    if (answer === 'unchanged') return;
    setOlder((before) => ({
      ...answer.value,
      incidents: [...(before?.incidents ?? []), ...answer.value.incidents].slice(0, MAX_OLDER),
    }));
  };

  return (
    <>
      <div class="heading">
        <h1>Incidents</h1>
        <LiveMark live={live} />
      </div>
      <p class="hidden" role="status">
        {live.value === undefined ? '' : `${count(firing, 'incident')} firing`}
      </p>
      {(live.value?.midwatch ?? []).map((text) => (
        <p key={text} class="notice" role="status">
          <span aria-hidden="true">◌</span> Midwatch itself: {text}
        </p>
      ))}
      <div class="filters">
        <fieldset class="choices">
          <legend class="hidden">Show</legend>
          {choices.map(([value, name]) => (
            <label key={value}>
              <input
                type="radio"
                name="status"
                value={value}
                checked={shown === value}
                onChange={() => setShown(value)}
              />
              <span>
                {name}
                {value === 'firing' && firing > 0 && <b class="number"> {firing}</b>}
              </span>
            </label>
          ))}
        </fieldset>
        <label class="hidden" for="service">
          Service
        </label>
        <select id="service" value={service} onChange={(event) => setService(event.currentTarget.value)}>
          <option value="">Every service</option>
          {services.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <List all={all} matching={matching} isLoaded={live.value !== undefined} nowMs={nowMs} />
      {next !== undefined && (
        <button type="button" class="more" onClick={() => void loadOlder()}>
          Older incidents
        </button>
      )}
      <p class="keys muted">
        <kbd>j</kbd> <kbd>k</kbd> to move, <kbd>Enter</kbd> to open, <kbd>/</kbd> to filter. Times are UTC.
      </p>
    </>
  );
}

interface ListProps {
  readonly all: readonly ListedIncident[];
  readonly matching: readonly ListedIncident[];
  readonly isLoaded: boolean;
  readonly nowMs: number;
}

function List({ all, isLoaded, matching, nowMs }: ListProps) {
  if (!isLoaded) return <p class="muted">Loading …</p>;
  if (all.length === 0)
    return (
      <p class="empty">
        No incident yet. When an alert arrives it stands here within a second; until then, good night.
      </p>
    );
  if (matching.length === 0) return <p class="empty">None of the {count(all.length, 'incident')} matches.</p>;
  return (
    <ul class="incidents">
      {matching.map((incident) => (
        <IncidentRow key={incident.id} incident={incident} nowMs={nowMs} />
      ))}
    </ul>
  );
}

/** What fires first, then the newest; an incident that is on both pages once. */
function merge(
  newest: readonly ListedIncident[],
  older: readonly ListedIncident[],
): readonly ListedIncident[] {
  const byId = new Map([...older, ...newest].map((each) => [each.id, each]));
  const rank = ({ status }: ListedIncident) => (status === 'firing' ? 0 : 1);
  return [...byId.values()].sort(
    (one, other) => rank(one) - rank(other) || other.openedAtMs - one.openedAtMs,
  );
}
