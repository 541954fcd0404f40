const WIDTH = 120;
const HEIGHT = 30;

interface SparklineProps {
  readonly points: readonly (readonly [number, number])[];
  readonly onsetMs: number;
  readonly changedMs: number | undefined;
}

/** The course of a number with onset (dashed) and change (dotted); what it says stands beside it in words. */
export function Sparkline({ changedMs, onsetMs, points }: SparklineProps) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [startMs, spanMs] = [first[0], last[0] - first[0] || 1];
  const x = (ms: number) => ((ms - startMs) / spanMs) * WIDTH;
  const y = (value: number) => HEIGHT - 2 - ((value - low) / (high - low || 1)) * (HEIGHT - 4);
  const line = points.map(([ms, value]) => `${x(ms).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const mark = (ms: number | undefined, name: string) =>
    ms === undefined || ms < startMs || ms > last[0] ? null : (
      <line class={name} x1={x(ms)} x2={x(ms)} y1={0} y2={HEIGHT} vector-effect="non-scaling-stroke" />
    );
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {mark(onsetMs, 'onset')}
      {mark(changedMs, 'changed')}
      <polyline points={line} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
