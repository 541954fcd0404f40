import { peakOf, type RatePart } from './rate-parts.js';

const WIDTH = 1_000;
const HEIGHT = 100;

/** Bars as high as the rate, of the highest; the line below them is broken where nothing was read. */
export function RateTrack({ parts }: { readonly parts: readonly RatePart[] }) {
  const most = peakOf(parts)?.perMinute ?? 1;
  const read = parts.filter(({ perMinute }) => perMinute !== null);
  const x = (share: number) => (share * WIDTH).toFixed(1);
  const ground = read.map(({ left, right }) => `M${x(left)} ${HEIGHT}H${x(right)}`).join('');
  const bars = read
    .filter(({ perMinute }) => (perMinute ?? 0) > 0)
    .map(({ left, perMinute, right }) => {
      const top = HEIGHT - ((perMinute ?? 0) / most) * HEIGHT;
      return `M${x(left)} ${HEIGHT}V${top.toFixed(1)}H${x(right)}V${HEIGHT}Z`;
    })
    .join('');
  return (
    <svg class="rates" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="bars" d={bars} />
      <path class="ground" d={ground} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
