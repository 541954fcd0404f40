import type { Live } from '../live/use-live.js';
import { formatTime } from './format.js';

/** Whether what is shown is what is so. */
export function LiveMark({ live }: { readonly live: Live<unknown> }) {
  const { checkedAtMs, problem, value } = live;
  if (problem !== undefined)
    return (
      <span class="live stale" role="alert">
        <span aria-hidden="true">✕</span> Not live: {problem}
        {value !== undefined && checkedAtMs !== undefined && `, as of ${formatTime(checkedAtMs)} UTC`}
      </span>
    );
  if (checkedAtMs === undefined) return null;
  return (
    <span class="live">
      <span class="beat" aria-hidden="true" /> Live <span class="muted">{formatTime(checkedAtMs)} UTC</span>
    </span>
  );
}
