import type { DatadogUnit } from './datadog-schema.js';

/** What one of Datadog's units is in the unit of a role. https://docs.datadoghq.com/metrics/units/ */
const factors: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map([
  [
    's',
    new Map([
      ['nanosecond', 1e-9],
      ['microsecond', 1e-6],
      ['millisecond', 1e-3],
      ['second', 1],
      ['minute', 60],
      ['hour', 3600],
    ]),
  ],
  [
    'By',
    new Map([
      ['byte', 1],
      ['kibibyte', 2 ** 10],
      ['mebibyte', 2 ** 20],
      ['gibibyte', 2 ** 30],
    ]),
  ],
  [
    '1',
    new Map([
      ['percent', 0.01],
      ['fraction', 1],
      ['percent_nano', 1e-11],
    ]),
  ],
  [
    '{cpu}',
    new Map([
      ['nanocore', 1e-9],
      ['microcore', 1e-6],
      ['millicore', 1e-3],
      ['core', 1],
    ]),
  ],
]);

/** By what values are multiplied to be in `unit`: what Datadog tells, else what the metric is known to be stored in. */
export function factorTo(unit: string, told: DatadogUnit | undefined, storedIn: string | undefined): number {
  const known = factors.get(unit);
  return known?.get(told?.name ?? '') ?? known?.get(storedIn ?? '') ?? 1;
}

/** A role-less metric in a common unit where Datadog tells one that is known. */
export function commonUnit(told: DatadogUnit | undefined): string {
  const name = told?.name ?? '';
  return [...factors].find(([, known]) => known.has(name))?.[0] ?? '';
}
