import { type BriefNumber, briefCourseWords } from '@midwatch/core/incident';
import { formatValue } from '../parts/format.js';
import { Cite } from './citations.js';
import { Sparkline } from './sparkline.js';

interface NumberTileProps {
  readonly number: BriefNumber;
  readonly onsetMs: number;
  readonly changedMs: number | undefined;
}

/** One decisive number: whose it is, now, before, and how it goes on, in the words of the brief. */
export function NumberTile({ changedMs, number, onsetMs }: NumberTileProps) {
  const { before, course = 'unknown', findingId, label, now, points, service, unit } = number;
  return (
    <li class="tile" data-cites={findingId}>
      <span class="line small">
        <span>{service === undefined ? label : `${label} of ${service}`}</span>
        <span class="grow" />
        <Cite id={findingId} />
      </span>
      <b class="now">{formatValue(now, unit)}</b>
      <span class="muted small">
        was {formatValue(before, unit)}
        {course !== 'unknown' && ` · ${briefCourseWords[course]}`}
      </span>
      <Sparkline points={points} onsetMs={onsetMs} changedMs={changedMs} />
    </li>
  );
}
