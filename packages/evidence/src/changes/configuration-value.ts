import type { ConfigurationChange } from '@midwatch/core';

const number = /^\s*(-?\d+(?:\.\d+)?)\s*([A-Za-z%]{0,4})\s*$/;

const scaleOf = new Map([
  ['', 1],
  ['m', 1e-3],
  ['k', 1e3],
  ['ki', 1024],
  ['mi', 1024 ** 2],
  ['gi', 1024 ** 3],
  ['ms', 1e-3],
  ['s', 1],
  ['sec', 1],
  ['min', 60],
  ['h', 3600],
  ['mb', 1e6],
  ['gb', 1e9],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
  ['%', 1e-2],
]);

/** `100`, `512Mi`, `2s`, `250m`: a number in its unit's base, or nothing. */
function numberOf(value: string | null): number | undefined {
  if (value === null) return undefined;
  const match = number.exec(value.slice(0, 40));
  const scale = scaleOf.get((match?.[2] ?? '').toLowerCase());
  return match === null || scale === undefined ? undefined : Number(match[1]) * scale;
}

/** After divided by before, when both are numbers above zero. */
export function ratioOf(change: ConfigurationChange): number | undefined {
  const before = numberOf(change.before);
  const after = numberOf(change.after);
  return before === undefined || after === undefined || before <= 0 || after < 0 ? undefined : after / before;
}
