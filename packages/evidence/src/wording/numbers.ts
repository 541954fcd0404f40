import { cut } from './quote.js';

/** `850 ms`, `8.2 s`, `3.5 min`, `2 h`: two significant digits at least, no more than a reader needs. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 10) return `${trim(ms, size < 1 ? 2 : 1)} ms`;
  if (size < 1000) return `${Math.round(ms)} ms`;
  if (size < 120_000) return `${trim(ms / 1000, size < 10_000 ? 1 : 0)} s`;
  if (size < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  const minutes = Math.round(ms / 60_000);
  const hours = Math.trunc(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${Math.abs(minutes % 60)} min`;
}

/** A share from 0 to 1 as `12.3 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${trim(percent, Math.abs(percent) < 10 ? 2 : 1)} %`;
}

/** A plain number with about three significant digits. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return trim(value, 1);
  if (size >= 1) return trim(value, 2);
  return size >= 0.001 ? trim(value, 3) : value.toExponential(1);
}

const milliUnits = new Map([
  ['s', 1000],
  ['ms', 1],
  ['us', 0.001],
  ['ns', 1e-6],
  ['min', 60_000],
  ['h', 3_600_000],
]);
const byteUnits = new Map([
  ['By', 1],
  ['KiBy', 1024],
  ['MiBy', 1024 ** 2],
  ['GiBy', 1024 ** 3],
  ['kBy', 1000],
  ['MBy', 1e6],
  ['GBy', 1e9],
]);

/** A value in a UCUM unit in the words of people: `8.2 s`, `1.5 GiB`, `12.3 %` (only where `isRatio`), `30 requests/s`. */
export function formatQuantity(value: number, unit: string, isRatio = false): string {
  if (isRatio && unit === '1') return formatShare(value);
  const ms = milliUnits.get(unit);
  if (ms !== undefined) return formatDuration(value * ms);
  const bytes = byteUnits.get(unit);
  if (bytes !== undefined) return formatBytes(value * bytes);
  if (unit === '%') return `${formatNumber(value)} %`;
  if (unit === '' || unit === '1') return formatNumber(value);
  return `${formatNumber(value)} ${cut(sayUnit(unit, value), 30)}`.trimEnd();
}

/** `{request}/s` is what UCUM calls requests a second; `{cpu}` is short for what has no plural. */
function sayUnit(unit: string, value: number): string {
  const words = unit.replaceAll(/\{(\w+)\}/g, (_, noun: string) =>
    value === 1 || noun.length < 4 || noun.endsWith('s') ? noun : `${noun}s`,
  );
  return words.replaceAll(/[{}]/g, '');
}

function formatBytes(bytes: number): string {
  const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let step = 0;
  while (Math.abs(value) >= 1024 && step < steps.length - 1) {
    value /= 1024;
    step++;
  }
  return `${formatNumber(value)} ${steps[step] ?? 'B'}`;
}

/** A moment as `03:41:07 UTC`, or `03:41 UTC` on the full minute. */
export function formatTime(ms: number): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return 'an unknown time';
  const text = new Date(ms).toISOString();
  return `${text.slice(11, Math.floor(ms / 1000) % 60 === 0 ? 16 : 19)} UTC`;
}

/** `1 call`, `3 calls`. */
export function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
