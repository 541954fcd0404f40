import { useState } from 'preact/hooks';
import type { IncidentAnswer } from '../live/answers.js';
import { useNow } from '../live/use-now.js';
import { Time } from '../parts/time.js';
import { type Acting, mayAct, useAct } from './use-act.js';

const silences: readonly (readonly [minutes: number, name: string])[] = [
  [30, '30 min'],
  [60, '1 h'],
  [240, '4 h'],
  [720, '12 h'],
];

interface PeopleProps {
  readonly incident: IncidentAnswer;
  readonly role: string | undefined;
  readonly onActed: () => void;
}

/** Who is on it, and what they can do about its messages. */
export function People({ incident, onActed, role }: PeopleProps) {
  const acting = useAct(incident.id, onActed);
  const { owner, status } = incident;
  const { act, busy, problem } = acting;
  return (
    <section class="people" aria-label="People">
      <p class="owner">
        {owner === undefined ? (
          'Nobody is on it'
        ) : (
          <>
            <b>{owner.by}</b> is on it{' '}
            <span class="muted">
              since <Time ms={owner.atMs} />
            </span>
          </>
        )}
      </p>
      {mayAct(role) && (
        <div class="line">
          <button
            type="button"
            class={owner === undefined ? 'main' : ''}
            disabled={busy !== undefined}
            onClick={() => void act('owner')}
          >
            I am on it
          </button>
          {owner !== undefined && (
            <button type="button" disabled={busy !== undefined} onClick={() => void act('release')}>
              Release
            </button>
          )}
          {status === 'firing' && (
            <button type="button" disabled={busy !== undefined} onClick={() => void act('look')}>
              {busy === 'look' ? 'Asking …' : 'Look again'}
            </button>
          )}
          <Silence incident={incident} acting={acting} />
        </div>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </section>
  );
}

function Silence({ acting, incident }: { readonly acting: Acting; readonly incident: IncidentAnswer }) {
  const [minutes, setMinutes] = useState(silences[0]?.[0] ?? 0);
  const { act, busy } = acting;
  const untilMs = incident.silence?.untilMs ?? 0;
  if (untilMs > useNow())
    return (
      <>
        <span>
          Silent until <Time ms={untilMs} />
        </span>
        <button
          type="button"
          disabled={busy !== undefined}
          onClick={() => void act('silence', { minutes: 0, via: 'page' })}
        >
          End the silence
        </button>
      </>
    );
  return (
    <span class="joined">
      <button
        type="button"
        disabled={busy !== undefined}
        onClick={() => void act('silence', { minutes, via: 'page' })}
      >
        Silence for
      </button>
      <select
        aria-label="For how long"
        value={minutes}
        onChange={(event) => setMinutes(Number(event.currentTarget.value))}
      >
        {silences.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}
