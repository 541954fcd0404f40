/** A number with its unit as people say it: `8.2 s`, `180 ms`, `12.3 %`, `512 MiB`, `41 requests/s`. Units are UCUM. */
export function formatQuantity(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (unit === 's') return formatSeconds(value);
  if (unit === 'ms') return formatSeconds(value / 1000);
  if (unit === 'By') return formatBytes(value);
  const plain = significant(value);
  if (unit === '' || unit === '1') return plain;
  const counted = /^\{(\w+)\}(\/(?:s|min|h))?$/.exec(unit);
  if (counted === null) return `${plain} ${unit}`;
  const [, noun = '', per = ''] = counted;
  const isOne = (value === 1 && per === '') || noun.length < 4 || noun.endsWith('s');
  return `${plain} ${noun}${isOne ? '' : 's'}${per}`;
}

function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 120) return formatDuration(seconds * 1000);
  if (size >= 1 || size === 0) return `${significant(seconds)} s`;
  if (size >= 0.001) return `${significant(seconds * 1000)} ms`;
  return `${significant(seconds * 1_000_000)} µs`;
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const size = Math.abs(bytes);
  const power = size < 1 ? 0 : Math.min(Math.floor(Math.log2(size) / 10), units.length - 1);
  return `${significant(bytes / 1024 ** power)} ${units[power]}`;
}

/** Three significant digits, without an exponent and without trailing zeros. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return String(Number(value.toFixed(size > 0 && size < 0.01 ? 4 : digits)));
}

/** `6 h 11 min`, `4 min`, `35 s`: the two largest parts. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const parts: readonly [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

/** `03:41 UTC`, with the date when it is another day than `nowMs`. */
export function formatTime(atMs: number, nowMs: number): string {
  const iso = new Date(atMs).toISOString();
  const time = `${iso.slice(11, 16)} UTC`;
  return iso.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10)
    ? time
    : `${iso.slice(0, 10)} ${time}`;
}
