import type { Confidence, Verdict } from '@midwatch/core/incident';

/** Said by word and form, never by colour alone. */
export function Status({ status }: { readonly status: 'firing' | 'resolved' }) {
  return (
    <span class={`status ${status}`}>
      <span aria-hidden="true">{status === 'firing' ? '▲' : '✓'}</span>{' '}
      {status === 'firing' ? 'Firing' : 'Resolved'}
    </span>
  );
}

const steps: Readonly<Record<Confidence, number>> = { LOW: 1, MEDIUM: 2, HIGH: 3 };
const words: Readonly<Record<Confidence, string>> = { LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High' };

export function ConfidenceMark({ confidence }: { readonly confidence: Confidence }) {
  return (
    <span class="confidence">
      <span class="meter" aria-hidden="true">
        {[1, 2, 3].map((step) => (
          <i key={step} class={step <= steps[confidence] ? 'full' : ''} />
        ))}
      </span>
      {words[confidence]} confidence
    </span>
  );
}

export const verdictWords: Readonly<Record<Verdict, string>> = {
  'cause-found': 'Cause found',
  candidates: 'Candidates',
  'insufficient-evidence': 'Not enough evidence',
  'no-fault': 'Nothing out of the ordinary',
};
