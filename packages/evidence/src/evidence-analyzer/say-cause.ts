import type { ChangeFinding, Evidence, MetricAroundChange } from '@midwatch/core/incident';
import { formatDuration, formatQuantity, formatTime } from '../wording/numbers.js';
import { cut, list } from '../wording/quote.js';
import { quoteTemplate } from '../wording/say-template.js';
import type { SuspectFindings } from './findings-of-suspect.js';

/** A change and its effect lie apart when more than this passed between them. */
const longMs = 30 * 60_000;
/** A level that grew by less is what it was. */
const unfelt = 1.5;

const roleWords: Readonly<Record<string, string>> = {
  'latency.p99': 'p99 latency',
  'latency.p95': 'p95 latency',
  'latency.p50': 'median latency',
  'error.ratio': 'the error ratio',
};

/** The cause in one to four sentences: what was changed or broke, what users feel, what it says itself, who only suffers. */
export function sayCause(found: SuspectFindings, evidence: Evidence): string {
  const { suspect, change, own } = found;
  const first = own[0];
  const cause =
    change === undefined
      ? (first?.statement ?? `${cut(suspect.service, 80)} stands out: ${suspect.reason}`)
      : `${sayChange(change)}${sayUnfelt(change)}.`;
  return [cause, sayEffect(found, evidence), sayErrors(found), sayVictims(found)]
    .filter((part) => part !== '')
    .join(' ');
}

/** `api v2.1.0 (Dana, #12, 21:30:00 UTC) changed LIMIT from 100 to 10`. */
export function sayChange({ deploy, changes }: ChangeFinding): string {
  const who = [deploy.actor, deploy.changeRequest]
    .filter((part) => part !== undefined)
    .map((part) => cut(part, 60));
  const version = cut(deploy.version ?? deploy.revision, 60);
  const [first] = changes;
  const did =
    first === undefined
      ? `was deployed${deploy.previousVersion === undefined ? '' : ` in place of ${cut(deploy.previousVersion, 60)}`}`
      : `changed ${cut(first.path, 100)} from ${sayValue(first.before)} to ${sayValue(first.after)}`;
  return `${cut(deploy.service, 80)} ${version} (${[...who, formatTime(deploy.timestampMs)].join(', ')}) ${did}`;
}

export function sayValue(value: string | null): string {
  return value === null ? 'nothing' : cut(value, 60);
}

/** A limit bites only under load: then it must be said why nobody noticed for hours. */
function sayUnfelt({ beforeOnsetMs, metrics }: ChangeFinding): string {
  if (beforeOnsetMs === undefined || beforeOnsetMs < longMs) return '';
  const judged = metrics.filter(
    (metric) => metric.role !== undefined && Object.hasOwn(roleWords, metric.role),
  );
  const known = judged.filter(
    ({ beforeChange, betweenChangeAndOnset }) =>
      beforeChange !== undefined && betweenChangeAndOnset !== undefined,
  );
  const quiet = known.every(
    ({ beforeChange = 0, betweenChangeAndOnset = 0 }) => betweenChangeAndOnset <= beforeChange * unfelt,
  );
  const gap = formatDuration(beforeOnsetMs);
  return known.length > 0 && quiet ? `; nothing was felt for ${gap}` : `, ${gap} before onset`;
}

function sayEffect({ change, felt, own }: SuspectFindings, { onsetMs }: Evidence): string {
  const around = (change?.metrics ?? []).filter(
    (metric) => metric.role !== undefined && Object.hasOwn(roleWords, metric.role),
  );
  // What reads the same as before the change is no effect of it.
  const known = around.filter(
    ({ afterOnset, beforeChange, unit }) =>
      afterOnset !== undefined &&
      beforeChange !== undefined &&
      formatQuantity(afterOnset, unit) !== formatQuantity(beforeChange, unit),
  );
  const latency = known.find((metric) => metric.role !== 'error.ratio');
  const errors = known.find((metric) => metric.role === 'error.ratio');
  const told = [latency, errors].filter((metric) => metric !== undefined);
  const since = onsetMs === undefined ? 'Now' : `Since ${formatTime(onsetMs)}`;
  if (told.length > 0) return `${since} ${told.map(sayAround).join(' and ')}.`;
  const shifts = felt.filter((shift) => !own.slice(0, 1).includes(shift)).slice(0, 2);
  return shifts.map((shift) => shift.statement).join(' ');
}

function sayAround(metric: MetricAroundChange): string {
  const say = (value: number): string => formatQuantity(value, metric.unit, metric.role === 'error.ratio');
  const before = metric.beforeChange === undefined ? '' : `${say(metric.beforeChange)} before the change`;
  const between =
    metric.betweenChangeAndOnset === undefined ? '' : `${say(metric.betweenChangeAndOnset)} until onset`;
  const was = [before, between].filter((part) => part !== '').join(', ');
  return `${roleWords[metric.role ?? ''] ?? cut(metric.metric, 60)} is ${say(metric.afterOnset ?? 0)} (${was})`;
}

function sayErrors({ errors, own }: SuspectFindings): string {
  const [first] = errors;
  if (first === undefined || first.window.count === 0 || own[0] === first) return '';
  return `${first.window.count === 1 ? '1 line says' : `${first.window.count} lines say`} ${quoteTemplate(first.template)}.`;
}

function sayVictims({ suspect: { victims } }: SuspectFindings): string {
  if (victims.length === 0) return '';
  return `${list(victims, 3)} only ${victims.length === 1 ? 'suffers' : 'suffer'} from it.`;
}
