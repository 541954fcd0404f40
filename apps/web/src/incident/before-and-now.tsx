import { formatValue } from '../parts/format.js';

interface BeforeAndNowProps {
  readonly before: number;
  readonly now: number;
  readonly unit: string;
  readonly label?: string;
}

const MIN_SHARE = 0.01;

/** Two bars, the numbers beside them. */
export function BeforeAndNow({ before, label, now, unit }: BeforeAndNowProps) {
  const most = Math.max(before, now) || 1;
  const bar = (value: number) => ({ width: `${Math.max(MIN_SHARE, value / most) * 100}%` });
  return (
    <dl class="bars small">
      <dt>Before</dt>
      <dd>
        <i class="before" style={bar(before)} aria-hidden="true" />
        <span>{formatValue(before, unit)}</span>
      </dd>
      <dt>Now</dt>
      <dd>
        <i class="now" style={bar(now)} aria-hidden="true" />
        <span>
          {formatValue(now, unit)}
          {label !== undefined && ` ${label}`}
        </span>
      </dd>
    </dl>
  );
}
