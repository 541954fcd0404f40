const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const MAX_BARS = 32;

/** A row of at most 32 bars over the points' range; readable without colour. Empty for fewer than two points. */
export function sparkline(points: readonly (readonly [number, number])[]): string {
  const values = points.map(([, value]) => value).filter((value) => Number.isFinite(value));
  if (values.length < 2) return '';
  const count = Math.min(MAX_BARS, values.length);
  const peaks = Array.from({ length: count }, (_, bar) => {
    const slice = values.slice(
      Math.floor((bar * values.length) / count),
      Math.floor(((bar + 1) * values.length) / count),
    );
    // The peak and not the mean: a short spike is what people look for.
    return Math.max(...slice);
  });
  const least = Math.min(...peaks);
  const range = Math.max(...peaks) - least;
  return peaks
    .map(
      (peak) =>
        bars[range === 0 ? 0 : Math.min(bars.length - 1, Math.floor(((peak - least) / range) * bars.length))],
    )
    .join('');
}
