/** A number with its UCUM unit as people say it: `8.2 s`, `12.3 %`, `512 MiB`, `41 requests/s`. */
export function formatQuantity(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (unit === 's') return formatSeconds(value);
  if (unit === 'ms') return formatSeconds(value / 1000);
  if (unit === 'By') return formatBytes(value);
  if (unit === '' || unit === '1') return significant(value);
  const counted = /^\{([\w ]{1,30})\}(\/(?:s|min|h))?$/.exec(unit);
  if (counted === null) return `${significant(value)} ${unit.slice(0, 30)}`;
  const [, noun = '', per = ''] = counted;
  const isOne = (value === 1 && per === '') || noun.length < 4 || noun.endsWith('s');
  return `${significant(value)} ${noun}${isOne ? '' : 's'}${per}`;
}

function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 120) return formatDuration(seconds * 1000);
  if (size >= 1 || size === 0) return `${significant(seconds)} s`;
  return size >= 0.001 ? `${significant(seconds * 1000)} ms` : `${significant(seconds * 1_000_000)} µs`;
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.abs(bytes)) / 10), 0), units.length - 1);
  return `${significant(bytes / 1024 ** power)} ${units[power]}`;
}

/** Three significant digits; beyond what people read, an exponent keeps it short. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(1);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return String(Number(value.toFixed(size > 0 && size < 0.01 ? 4 : digits)));
}

/** `6 h 11 min`, `4 min`, `35 s`: the two largest parts. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (!Number.isFinite(seconds)) return 'unknown time';
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}

const MAX_DATE_MS = 8.64e15;

/** `03:41 UTC`, with the date when it is another day than `nowMs`. */
export function formatTime(atMs: number, nowMs: number): string {
  if (!(Math.abs(atMs) <= MAX_DATE_MS)) return 'unknown time';
  const iso = new Date(atMs).toISOString();
  const [day = '', time = ''] = iso.split('T');
  const isToday = Math.abs(nowMs) <= MAX_DATE_MS && new Date(nowMs).toISOString().startsWith(`${day}T`);
  return `${isToday ? '' : `${day} `}${time.slice(0, 5)} UTC`;
}
