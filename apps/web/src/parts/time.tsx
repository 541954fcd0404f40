import { formatDay, formatTime } from './format.js';

/** A time in UTC, as all texts of a brief have it; the device's own stands in the tooltip. */
export function Time({ ms, day = false }: { readonly ms: number; readonly day?: boolean }) {
  const date = new Date(ms);
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {day ? formatDay(ms) : formatTime(ms)}
    </time>
  );
}
