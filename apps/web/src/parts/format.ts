const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `03:28:07`, as in the brief, whose times are UTC, too. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** `23 Nov 03:28 UTC` */
export function formatDay(ms: number): string {
  const date = new Date(ms);
  const month = date.toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' });
  return `${date.getUTCDate()} ${month} ${date.toISOString().slice(11, 16)} UTC`;
}

/** `8 min`, `6 h 12 min`; two parts at most. */
export function formatDuration(ms: number): string {
  const abs = Math.abs(ms);
  if (abs < MINUTE_MS) return `${Math.round(abs / SECOND_MS)} s`;
  if (abs < HOUR_MS) return `${Math.round(abs / MINUTE_MS)} min`;
  if (abs < DAY_MS)
    return join(Math.floor(abs / HOUR_MS), 'h', Math.round((abs % HOUR_MS) / MINUTE_MS), 'min');
  return join(Math.floor(abs / DAY_MS), 'd', Math.round((abs % DAY_MS) / HOUR_MS), 'h');
}

function join(one: number, unit: string, other: number, otherUnit: string): string {
  return other === 0 ? `${one} ${unit}` : `${one} ${unit} ${other} ${otherUnit}`;
}

/** `8.2 s`, `12.3 %`, `313 request`: three digits, in the unit that people read. */
export function formatValue(value: number, unit: string): string {
  if (unit === 's') return formatSeconds(value);
  if (unit === '1') return `${threeDigits(value * 100)} %`;
  if (unit === 'By') return formatBytes(value);
  const name = nameOf(unit, value);
  return name === '' ? threeDigits(value) : `${threeDigits(value)} ${name}`;
}

/** For an axis: without the words of a unit. */
export function formatTick(value: number, unit: string): string {
  return unit === 's' || unit === '1' || unit === 'By' ? formatValue(value, unit) : threeDigits(value);
}

/** `{request}/s` is what UCUM calls requests a second. */
function nameOf(unit: string, value: number): string {
  return unit.replace(/\{(\w+)\}/g, (_, noun: string) =>
    value === 1 || noun.length < 4 || noun.endsWith('s') ? noun : `${noun}s`,
  );
}

function formatSeconds(value: number): string {
  const abs = Math.abs(value);
  if (abs >= 120) return `${threeDigits(value / 60)} min`;
  if (abs >= 1 || abs === 0) return `${threeDigits(value)} s`;
  return `${threeDigits(value * 1_000)} ms`;
}

function formatBytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [amount, index] = [value, 0];
  while (Math.abs(amount) >= 1_024 && index < units.length - 1) [amount, index] = [amount / 1_024, index + 1];
  return `${threeDigits(amount)} ${units[index]}`;
}

function threeDigits(value: number): string {
  const abs = Math.abs(value);
  if (abs >= 100_000) return value.toExponential(2);
  if (abs >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(abs < 1 ? 2 : 3)));
}

/** `1 alert`, `2 alerts` */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`;
}
