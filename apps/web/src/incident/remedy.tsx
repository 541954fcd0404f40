import { type BriefRemedy, briefRemedyWords } from '@midwatch/core/incident';
import { useState } from 'preact/hooks';
import type { ActionsAnswer, IncidentAnswer } from '../live/answers.js';
import { useLive } from '../live/use-live.js';
import { useNow } from '../live/use-now.js';
import { formatDuration } from '../parts/format.js';
import { Scrollable } from '../parts/scrollable.js';
import { Time } from '../parts/time.js';
import { mayApprove, useAct } from './use-act.js';

const LIVE_MS = 5_000;

interface RemedyProps {
  readonly incident: IncidentAnswer;
  readonly role: string | undefined;
  readonly onActed: () => void;
}

/** What Midwatch offers to do itself, or did. Nothing at all while actions are off. */
export function Remedy({ incident, onActed, role }: RemedyProps) {
  const { remedy } = incident.brief ?? {};
  if (remedy === undefined) return null;
  return <Offer incident={incident} remedy={remedy} role={role} onActed={onActed} />;
}

function Offer({ incident, onActed, remedy, role }: RemedyProps & { readonly remedy: BriefRemedy }) {
  const path = `/incidents/${encodeURIComponent(incident.id)}/actions`;
  const { again, value } = useLive<ActionsAnswer>(path, LIVE_MS);
  const { choices, diff, state, steps, text, title } = remedy;
  return (
    <section class={`card remedy ${state}`} aria-labelledby="remedy">
      <h2 id="remedy">
        <span class="eyebrow">{briefRemedyWords[state]}</span> {title}
      </h2>
      <p role="status">{text}</p>
      <ol class="steps">
        {steps.map((step, index) => (
          <li key={index}>{step}</li>
        ))}
      </ol>
      {diff.length > 0 && <Diff diff={diff} />}
      {state === 'offered' && <Needed remedy={remedy} />}
      <Gates remedy={remedy} actions={value} />
      {choices.length > 0 && (
        <Choices
          // Of another plan, nothing is half decided.
          key={remedy.planId}
          incidentId={incident.id}
          remedy={remedy}
          role={role}
          onActed={() => {
            again();
            onActed();
          }}
        />
      )}
      <Happened actions={value} />
    </section>
  );
}

function Diff({ diff }: Pick<BriefRemedy, 'diff'>) {
  return (
    <Scrollable label="What it changes">
      <table class="small">
        <thead>
          <tr>
            <th scope="col">What it changes</th>
            <th scope="col">Now</th>
            <th scope="col">Then</th>
          </tr>
        </thead>
        <tbody>
          {diff.map(({ after, before, path }, index) => (
            <tr key={index}>
              <th scope="row">{path}</th>
              <td>{before ?? '(none)'}</td>
              <td>{after ?? '(none)'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

function Needed({ remedy }: { readonly remedy: BriefRemedy }) {
  const { approvedBy, expiresAtMs, isReversible, people, peopleReasons } = remedy;
  const leftMs = expiresAtMs - useNow();
  return (
    <ul class="small plain">
      <li>
        {people === 1 ? 'One person must agree' : 'Two different people must agree'}
        {peopleReasons.length > 0 && ` (${peopleReasons.join('; ')})`}
        {approvedBy.length > 0 && (
          <>
            ; so far <b>{approvedBy.join(', ')}</b>
          </>
        )}
      </li>
      <li>{isReversible ? 'It can be undone' : 'It cannot be undone'}</li>
      <li>
        {leftMs > 0 ? `For ${formatDuration(leftMs)} more, until ` : 'Expired at '}
        <Time ms={expiresAtMs} /> UTC
      </li>
    </ul>
  );
}

/** Each gate with its answer, as they were asked last; before that, those that are missing. */
function Gates({
  actions,
  remedy,
}: {
  readonly actions: ActionsAnswer | undefined;
  readonly remedy: BriefRemedy;
}) {
  // Some entries hold only what was missing.
  const asked = actions?.happened.findLast(
    ({ gates, planId }) => planId === remedy.planId && gates?.some((gate) => gate.passed) === true,
  );
  const gates = asked?.gates ?? remedy.missing;
  if (gates.length === 0) return null;
  const passed = gates.filter((gate) => gate.passed).length;
  return (
    <details open={remedy.missing.length > 0}>
      <summary>
        {asked === undefined ? 'What is missing' : `${passed} of ${gates.length} gates passed`}
      </summary>
      <ul class="plain rows gates small">
        {gates.map((gate) => (
          <li key={gate.gate} class={gate.passed ? 'passed' : 'missing'}>
            <b>
              <span aria-hidden="true">{gate.passed ? '✓' : '○'}</span> {gate.gate.replaceAll('-', ' ')}
            </b>{' '}
            <span class="muted">{gate.passed ? 'passed' : 'missing'}</span> {gate.reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

type Choice = BriefRemedy['choices'][number];

const asked: Readonly<Record<Choice, readonly [button: string, question: string, answer: string]>> = {
  approve: ['Approve', 'Do just what the steps above say, now?', 'Yes, do it'],
  reject: ['Reject', 'Reject it? It cannot be approved any more.', 'Yes, reject it'],
  undo: ['Undo', 'Work out how to undo it? It is then offered like this.', 'Yes, work it out'],
};

interface ChoicesProps extends Omit<RemedyProps, 'incident'> {
  readonly incidentId: string;
  readonly remedy: BriefRemedy;
}

function Choices({ incidentId, onActed, remedy, role }: ChoicesProps) {
  const [chosen, choose] = useState<Choice>();
  const { act, busy, problem } = useAct(incidentId, onActed);
  if (!mayApprove(role))
    return <p class="muted small">To decide takes a token of the role approver, and it is kept who did.</p>;
  const decide = async (choice: Choice) => {
    await act(`actions/${remedy.planId}/${choice}`, { via: 'page' });
    choose(undefined);
  };
  return (
    <>
      {chosen === undefined ? (
        <div class="line">
          {remedy.choices.map((choice) => (
            <button
              key={choice}
              type="button"
              class={choice === 'approve' ? 'danger' : ''}
              disabled={busy !== undefined}
              onClick={() => choose(choice)}
            >
              {asked[choice][0]}
            </button>
          ))}
        </div>
      ) : (
        <fieldset class="line asks">
          <legend>{asked[chosen][1]}</legend>
          <button
            type="button"
            class={chosen === 'approve' ? 'danger' : 'main'}
            disabled={busy !== undefined}
            onClick={() => void decide(chosen)}
          >
            {busy === undefined ? asked[chosen][2] : 'Asking …'}
          </button>
          <button type="button" disabled={busy !== undefined} onClick={() => choose(undefined)}>
            Cancel
          </button>
        </fieldset>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </>
  );
}

/** All that was proposed, decided and done, the newest first. */
function Happened({ actions }: { readonly actions: ActionsAnswer | undefined }) {
  if (actions === undefined || actions.happened.length === 0) return null;
  return (
    <details>
      <summary>All that was decided and done</summary>
      <ol class="plain rows" reversed>
        {actions.happened.toReversed().map((entry) => (
          <li key={entry.number} class="line small">
            <span class="muted">
              <Time ms={entry.atMs} />
            </span>
            <b>{entry.action.replaceAll('-', ' ')}</b>
            {entry.actor !== undefined && <span>{entry.actor}</span>}
            {entry.reason !== undefined && <span class="muted">{entry.reason}</span>}
            <span class="grow" />
            <span class="muted">#{entry.number}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
