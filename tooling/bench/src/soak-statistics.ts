export interface Trend {
  /** Change for each unit of `x`. */
  readonly slope: number;
  /** Of 95 %, by the residuals. */
  readonly low: number;
  readonly high: number;
}

/** Least squares through at least four points whose `x` differ. */
export function fitTrend(points: readonly (readonly [x: number, y: number])[]): Trend {
  const count = points.length;
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / count;
  const [meanX, meanY] = [mean(0), mean(1)];
  const spreadX = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
  const residuals = points.map(([x, y]) => y - meanY - slope * (x - meanX));
  const error = Math.sqrt(
    residuals.reduce((sum, residual) => sum + residual ** 2, 0) / (count - 2) / spreadX,
  );
  // Neighbours resemble each other: what they say less is taken off their number.
  const likeness = Math.min(0.9, Math.max(0, likenessOf(residuals)));
  const half = studentOf(count - 2) * error * Math.sqrt((1 + likeness) / (1 - likeness));
  return { slope, low: slope - half, high: slope + half };
}

/** Student's t for 95 %, within a hundredth from six degrees of freedom on. */
function studentOf(freedom: number): number {
  return 1.96 + 2.37 / freedom + 2.8 / freedom ** 2;
}

/** Of each residual with the one before it. */
function likenessOf(residuals: readonly number[]): number {
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  const products = residuals.reduce(
    (sum, residual, index) => sum + residual * (residuals[index - 1] ?? 0),
    0,
  );
  return squares === 0 ? 0 : products / squares;
}

/** The value that this share of all is at or below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

/** The medians of the first and of the last third. */
export function thirds(values: readonly number[]): readonly [number, number] {
  const length = Math.floor(values.length / 3);
  return [quantile(values.slice(0, length), 0.5), quantile(values.slice(values.length - length), 0.5)];
}
