import { useState } from 'preact/hooks';
import type { IncidentAnswer, Judgement } from '../live/answers.js';
import { Time } from '../parts/time.js';
import { mayAct, useAct } from './use-act.js';

const judgements: readonly (readonly [Judgement, string])[] = [
  ['right', 'This was it'],
  ['partly', 'Partly'],
  ['wrong', 'Wrong'],
  ['unknown', 'Will never be known'],
];
const words = new Map(judgements);
const scores = [1, 2, 3, 4, 5];

interface SettleProps {
  readonly incident: IncidentAnswer;
  readonly role: string | undefined;
  readonly onActed: () => void;
}

/** Whether the analysis was right, and what it truly was: what the accuracy is counted from. */
export function Settle({ incident, onActed, role }: SettleProps) {
  const { outcome } = incident;
  return (
    <section class="card settle" aria-labelledby="settle">
      <h2 id="settle">Was it right?</h2>
      {outcome !== undefined && (
        <p>
          <b>{words.get(outcome.judgement)}</b>
          {outcome.service !== undefined && `: ${outcome.service}`}
          {outcome.cause !== undefined && `. ${outcome.cause}`}{' '}
          <span class="small muted">
            {outcome.by}, <Time ms={outcome.atMs} day />
          </span>
        </p>
      )}
      {mayAct(role) ? (
        <Form incident={incident} role={role} onActed={onActed} />
      ) : (
        outcome === undefined && <p class="muted">Nobody has said so yet.</p>
      )}
    </section>
  );
}

function Form({ incident, onActed }: SettleProps) {
  const { act, busy, problem } = useAct(incident.id, onActed);
  const [judgement, setJudgement] = useState<Judgement>();
  const [service, setService] = useState('');
  const [cause, setCause] = useState('');
  const [thanks, thank] = useState(false);
  const submit = async () => {
    if (judgement === undefined) return;
    const more = {
      ...(service.trim() === '' ? {} : { service: service.trim() }),
      ...(cause.trim() === '' ? {} : { cause: cause.trim() }),
    };
    if (await act('outcome', { judgement, ...more, via: 'page' })) setJudgement(undefined);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <fieldset class="choices">
        <legend class="hidden">The analysis was</legend>
        {judgements.map(([value, name]) => (
          <label key={value}>
            <input
              type="radio"
              name="judgement"
              value={value}
              checked={judgement === value}
              onChange={() => setJudgement(value)}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      {judgement !== undefined && (
        <>
          <label for="true-service">Whose fault it truly was</label>
          <input
            id="true-service"
            type="text"
            maxLength={200}
            value={service}
            onInput={(event) => setService(event.currentTarget.value)}
          />
          <label for="true-cause">What it truly was</label>
          <textarea
            id="true-cause"
            rows={3}
            maxLength={2_000}
            value={cause}
            onInput={(event) => setCause(event.currentTarget.value)}
          />
          <button type="submit" class="main" disabled={busy !== undefined}>
            Keep it
          </button>
        </>
      )}
      <fieldset class="scores">
        <legend>How useful was it?</legend>
        {scores.map((score) => (
          <button
            key={score}
            type="button"
            disabled={busy !== undefined}
            aria-label={`${score} of 5`}
            onClick={() => void act('usefulness', { score, via: 'page' }).then(thank)}
          >
            {score}
          </button>
        ))}
        <span role="status" class="small">
          {thanks && 'Thank you.'}
        </span>
      </fieldset>
      <p class="problem" role="alert">
        {problem}
      </p>
    </form>
  );
}
