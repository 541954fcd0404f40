import type { BriefNumber } from '@midwatch/core/incident';
import { formatValue } from '../parts/format.js';
import { Cite } from './citations.js';
import { Sparkline } from './sparkline.js';

interface NumberTileProps {
  readonly number: BriefNumber;
  readonly onsetMs: number;
  readonly changedMs: number | undefined;
}

/** One decisive number: now, before, which way it goes, and its course. */
export function NumberTile({ changedMs, number, onsetMs }: NumberTileProps) {
  const { before, findingId, label, now, points, unit } = number;
  return (
    <li class="tile" data-cites={findingId}>
      <span class="line small">
        <span>{label}</span>
        <span class="grow" />
        <Cite id={findingId} />
      </span>
      <b class="now">{formatValue(now, unit)}</b>
      <span class="muted small">
        was {formatValue(before, unit)} · {trendOf(number)}
      </span>
      <Sparkline points={points} onsetMs={onsetMs} changedMs={changedMs} />
    </li>
  );
}

/** A fifth of the way from normal to the worst is nearly normal; close to the worst is not better. */
function trendOf({ before, now, peak }: BriefNumber): string {
  const whole = Math.abs(peak - before);
  if (whole === 0) return 'unchanged';
  const share = Math.abs(now - before) / whole;
  if (share < 0.2) return 'back to normal';
  return share < 0.8 ? 'better than at its worst' : 'not better yet';
}
