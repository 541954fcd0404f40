import { formatDuration, formatTime } from '../parts/format.js';

const MAX_DETAILS = 4;
const MAX_TEXT = 160;

/** Keys by which programs find things again. */
const isForPrograms: ReadonlySet<string> = new Set([
  'bundle',
  'delivery',
  'fingerprint',
  'message',
  'planId',
  'step',
]);
/** Sentences and names that say themselves what they are. */
const saysItself: ReadonlySet<string> = new Set(['detail', 'name', 'reason', 'text', 'title', 'why']);

/** What the audit log keeps beside an entry, as people say it; what is nested is for programs. */
export function sayDetail(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return '';
  return Object.entries(detail)
    .filter(([name]) => !isForPrograms.has(name))
    .flatMap(([name, value]) => sayOne(name, value))
    .slice(0, MAX_DETAILS)
    .join(', ');
}

function sayOne(name: string, value: unknown): readonly string[] {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  if (typeof value === 'boolean') return [`${value ? '' : 'not '}${words.replace(/^is /, '')}`];
  if (typeof value === 'number') {
    if (name.endsWith('AtMs')) return [`${words.slice(0, -' at ms'.length)} at ${formatTime(value)}`];
    if (name.endsWith('Ms')) return [`${words.slice(0, -' ms'.length)} in ${formatDuration(value)}`];
    return [`${words} ${value}`];
  }
  if (typeof value !== 'string' || value === '') return [];
  const text = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT - 1)}…` : value;
  return [saysItself.has(name) ? text : `${words} ${text}`];
}
