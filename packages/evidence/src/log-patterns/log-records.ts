import { type LogLevel, type LogSignal, logLevels } from '@midwatch/core';
import { levelOfAccessLog, levelOfSeverity, parseLogLevel } from './log-level.js';
import { toLogMessage } from './log-message.js';
import { frameOf, isContinuation, parseStackTrace } from './stack-trace.js';
import { createTemplateMiner, type TemplateMiner } from './template-miner.js';

/** How many records back the first line of a stack trace may be; other streams' lines stand between. */
const MAX_LINES_BACK = 100;
/** Lines of one stack trace are written at once. */
const MAX_TRACE_MS = 2_000;
const MAX_FRAMES = 3;

/** What is known of each record, in arrays that are parallel to `order`. */
export interface LogRecords {
  /** Indexes into `logs`, ascending in time; records of the same nanosecond keep their order. */
  readonly order: Int32Array;
  /** The template of the record at a position. */
  templateOf(position: number): number;
  /** Index into `logLevels`; -1 when neither source nor text tells. */
  readonly levels: Int8Array;
  /** The position of the record whose stack trace this one goes on with: it is not counted apart. Else -1. */
  readonly heads: Int32Array;
  /** Top frames by position in `order`, for records that have a stack trace. */
  readonly frames: ReadonlyMap<number, readonly string[]>;
  readonly miner: TemplateMiner;
}

/** Reads every record once: message, level, stack trace, template. */
export function readLogRecords(logs: readonly LogSignal[], miner = createTemplateMiner()): LogRecords {
  const order = timeOrder(logs);
  const templateIds = new Int32Array(logs.length);
  const levels = new Int8Array(logs.length).fill(-1);
  const heads = new Int32Array(logs.length).fill(-1);
  const frames = new Map<number, string[]>();
  /** The level in the text is the same for all lines of a template, since its words are. */
  const levelOfTemplate = new Map<number, number>();

  for (let position = 0; position < order.length; position++) {
    const log = logs[order[position] ?? 0];
    if (log === undefined) continue;
    const head = isContinuation(log.body) ? findHead(logs, order, heads, position) : -1;
    if (head >= 0) {
      heads[position] = head;
      addFrame(frames, head, frameOf(log.body));
      continue;
    }
    const message = toLogMessage(log.body);
    const trace = traceOf(message.text, message.stack ?? stackAttribute(log));
    if (trace !== undefined && trace.frames.length > 0) frames.set(position, [...trace.frames]);
    const id = miner.add(trace?.head ?? message.text);
    templateIds[position] = id;
    levels[position] =
      toIndex(log.level ?? levelOfSeverity(log.severityNumber) ?? message.level) ??
      textLevel(levelOfTemplate, id, log.body);
  }
  const resolved = new Map<number, number>();
  function templateOf(position: number): number {
    const id = templateIds[position] ?? 0;
    let template = resolved.get(id);
    if (template === undefined) {
      template = miner.resolve(id);
      resolved.set(id, template);
    }
    return template;
  }
  return { order, templateOf, levels, heads, frames, miner };
}

function traceOf(text: string, stack: string | undefined) {
  if (stack !== undefined) {
    const parsed = parseStackTrace(stack);
    if (parsed !== undefined) return { head: text, frames: parsed.frames };
  }
  return text.includes('\n') ? parseStackTrace(text) : undefined;
}

/** OpenTelemetry's attribute for the stack of a logged exception. */
function stackAttribute(log: LogSignal): string | undefined {
  if (!Object.hasOwn(log.attributes, 'exception.stacktrace')) return undefined;
  const stack = log.attributes['exception.stacktrace'];
  return typeof stack === 'string' ? stack : undefined;
}

function addFrame(frames: Map<number, string[]>, head: number, frame: string | undefined): void {
  if (frame === undefined) return;
  const known = frames.get(head);
  if (known === undefined) frames.set(head, [frame]);
  else if (known.length < MAX_FRAMES) known.push(frame);
}

/** The first line of the trace that the record at `position` goes on with, or -1. */
function findHead(
  logs: readonly LogSignal[],
  order: Int32Array,
  heads: Int32Array,
  position: number,
): number {
  const log = logs[order[position] ?? 0];
  for (let at = position - 1; at >= 0 && at >= position - MAX_LINES_BACK; at--) {
    const other = logs[order[at] ?? 0];
    if (log === undefined || other === undefined || log.timestampMs - other.timestampMs > MAX_TRACE_MS)
      return -1;
    if (heads[at] === -1 && isSameStream(log, other)) return at;
  }
  return -1;
}

const streamAttributes = [
  'k8s.pod.name',
  'pod',
  'container',
  'container.id',
  'host.name',
  'host',
  'instance',
];

function isSameStream(left: LogSignal, right: LogSignal): boolean {
  if (left.service !== right.service || left.connectorId !== right.connectorId) return false;
  return streamAttributes.every((name) => attribute(left, name) === attribute(right, name));
}

function attribute(log: LogSignal, name: string): unknown {
  return Object.hasOwn(log.attributes, name) ? log.attributes[name] : undefined;
}

/** Marks a template whose lines tell their level by a printed value, so that each must be looked at. */
const BY_LINE = -2;

function textLevel(known: Map<number, number>, id: number, body: string): number {
  let level = known.get(id);
  if (level === undefined) {
    // The status of a request and the letter of glog are values, and so no words of the template.
    const isByLine = levelOfAccessLog(body) !== undefined || isGlog(body);
    level = isByLine ? BY_LINE : (toIndex(parseLogLevel(body)) ?? -1);
    known.set(id, level);
  }
  return level === BY_LINE ? (toIndex(levelOfAccessLog(body) ?? parseLogLevel(body)) ?? -1) : level;
}

function isGlog(body: string): boolean {
  const second = body.charCodeAt(1);
  return second >= 48 && second <= 57 && body.charCodeAt(5) === 32;
}

/** The name of a level by its index; undefined for -1. */
export function levelNameOf(level: number): LogLevel | undefined {
  return logLevels[level];
}

const error = logLevels.indexOf('error');

export function isErrorLevel(level: number): boolean {
  return level >= error;
}

function toIndex(level: LogLevel | undefined): number | undefined {
  return level === undefined ? undefined : logLevels.indexOf(level);
}

/** Positions sorted by time. Sorted input, the usual case, costs one pass. */
function timeOrder(logs: readonly LogSignal[]): Int32Array {
  const order = Int32Array.from(logs.keys());
  for (let index = 1; index < logs.length; index++) {
    const before = logs[index - 1];
    const after = logs[index];
    if (before !== undefined && after !== undefined && compareTime(before, after) > 0) {
      return order.sort((left, right) => {
        const a = logs[left];
        const b = logs[right];
        return (a === undefined || b === undefined ? 0 : compareTime(a, b)) || left - right;
      });
    }
  }
  return order;
}

function compareTime(left: LogSignal, right: LogSignal): number {
  if (left.timestampMs !== right.timestampMs) return left.timestampMs - right.timestampMs;
  const a = left.timeUnixNano;
  const b = right.timeUnixNano;
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
