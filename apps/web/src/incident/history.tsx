import type { IncidentDetails } from '@midwatch/core/incident';
import { count, formatDay } from '../parts/format.js';
import { Status } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { sayDetail } from './say-detail.js';

const MAX_SHOWN = 50;

/** Alerts that belong to it, and what was done, as the audit log has it. */
export function History({ incident }: { readonly incident: IncidentDetails }) {
  const { alertCount, alerts, timeline } = incident;
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">History</h2>
      <h3>{count(alertCount, 'alert')}</h3>
      <ul class="plain rows">
        {alerts.slice(0, MAX_SHOWN).map(({ alert, recordedAtMs }, index) => (
          <li key={index} class="line">
            <Status status={alert.status} /> <b>{alert.name}</b>{' '}
            <span class="muted small">{alert.source}</span>
            <span class="grow" />
            <span class="small muted">
              since {formatDay(alert.startsAtMs)}, came <Time ms={recordedAtMs} />
            </span>
          </li>
        ))}
      </ul>
      <h3>What was done</h3>
      <ol class="plain rows" reversed>
        {timeline
          .slice(-MAX_SHOWN)
          .reverse()
          .map((entry, index) => (
            <li key={index} class="line">
              <span class="small muted">
                <Time ms={entry.atMs} />
              </span>
              <b>{entry.action.replaceAll('-', ' ')}</b> <span class="small">{entry.actor}</span>
              <span class="small muted">{sayDetail(entry.detail)}</span>
            </li>
          ))}
      </ol>
    </section>
  );
}
