/** Labels in alphabetical order, without the metric's name. */
export type Labels = ReadonlyMap<string, string>;

/** One time series: a value at every tick while its target lived. */
export interface Series {
  readonly name: string;
  readonly labels: Labels;
  /** First tick with a sample, and the first without. */
  readonly fromTick: number;
  readonly toTick: number;
  /** Ticks at which a counter began again from zero, ascending. */
  readonly resets: readonly number[];
  readonly valueAt: (tick: number) => number;
}

export interface MetricFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly unit: string;
}

export function toLabels(values: Readonly<Record<string, string>>): Labels {
  return new Map(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** `le` as Prometheus 3 stores it: always with a fraction. */
export function boundText(bound: number): string {
  if (bound === Number.POSITIVE_INFINITY) return '+Inf';
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
