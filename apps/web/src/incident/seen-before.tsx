import type { Judgement, SeenIncident } from '../live/answers.js';
import { pathOf } from '../live/use-route.js';
import { count } from '../parts/format.js';
import { Time } from '../parts/time.js';

const judged: Readonly<Record<Judgement, string>> = {
  right: 'the analysis was right',
  partly: 'the analysis was partly right',
  wrong: 'the analysis was wrong',
  unknown: 'it will never be known',
};

/** Past incidents like this one, with what they truly were: to be checked again, so it stands apart from the evidence. */
export function SeenBeforeList({ seenBefore }: { readonly seenBefore: readonly SeenIncident[] }) {
  if (seenBefore.length === 0) return null;
  return (
    <section class="card" aria-labelledby="seen-before">
      <h2 id="seen-before">Seen before: cause then, check again</h2>
      <p class="small muted">
        A past incident is a hypothesis. It is no evidence of this one and raises no confidence.
      </p>
      <ul class="plain rows">
        {seenBefore.map((seen) => (
          <Seen key={seen.key} seen={seen} />
        ))}
      </ul>
    </section>
  );
}

function Seen({ seen }: { readonly seen: SeenIncident }) {
  const { atMs, by, cause, causeService, helped, incidentId, misled, service, settled, similarity } = seen;
  const record = [
    `${Math.round(similarity * 100)} % alike by ${by}`,
    ...(helped === 0 ? [] : [`helped ${count(helped, 'time')} since`]),
    ...(misled === 0 ? [] : [`misled ${count(misled, 'time')} since`]),
  ];
  return (
    <li>
      <p class="line">
        <b>
          <Time ms={atMs} day />
        </b>
        {service !== undefined && <span class="small">alert of {service}</span>}
        <span class="small muted">{record.join(', ')}</span>
      </p>
      <p>
        Cause then: {causeService !== undefined && <b>{causeService}</b>}
        {causeService !== undefined && cause !== '' && ': '}
        {cause}
      </p>
      <p class="line small">
        <span class="muted">
          {settled === undefined ? (
            'How it was settled cannot be read here: it was imported, or is deleted by now.'
          ) : (
            <>
              Settled by {settled.by}, <Time ms={settled.atMs} day />: {judged[settled.judgement]}
            </>
          )}
        </span>
        {incidentId !== undefined && <a href={pathOf(incidentId)}>That incident</a>}
      </p>
    </li>
  );
}
