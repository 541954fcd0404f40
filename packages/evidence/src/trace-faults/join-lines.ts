import type { LogSignal } from '@midwatch/core';
import type { Call, ReadTrace } from './call.js';
import { codePlaceOf } from './code-place.js';

/** What log mining knows about each record, by its place in the list of records. */
export interface LineReading {
  /** The template of the record; -1 when it has none. */
  templateOf(record: number): number;
  isError(template: number): boolean;
  /** An error whose text the baseline of the whole fleet does not hold. */
  isNewError(template: number): boolean;
  /** The template's words, for people; untrusted. */
  textOf(template: number): string;
}

/** Gives every log line to the call that wrote it: by span, else by the one call of its service in its trace then. */
export function joinLines(
  traces: readonly ReadTrace[],
  logs: readonly LogSignal[],
  lines: LineReading,
): void {
  const byId = new Map<string, ReadTrace>();
  for (const trace of traces) byId.set(trace.signal.traceId, trace);
  const callsBySpan = new Map<ReadTrace, Map<string, Call>>();
  for (const [record, log] of logs.entries()) {
    if (log.traceId === undefined) continue;
    const trace = byId.get(log.traceId);
    if (trace === undefined) continue;
    let bySpan = callsBySpan.get(trace);
    if (bySpan === undefined) {
      bySpan = spansToCalls(trace);
      callsBySpan.set(trace, bySpan);
    }
    const call = (log.spanId === undefined ? undefined : bySpan.get(log.spanId)) ?? callAround(trace, log);
    if (call === undefined) continue;
    const template = lines.templateOf(record);
    if (template < 0) continue;
    call.statements.set(template, (call.statements.get(template) ?? 0) + 1);
    addPlace(call, template, codePlaceOf(log));
    if (!lines.isError(template)) continue;
    call.errorStatements.add(template);
    if (lines.isNewError(template)) call.loggedNewError = true;
  }
}

function addPlace(call: Call, template: number, place: string | undefined): void {
  if (place === undefined) return;
  const known = call.placedStatements.get(place);
  if (known === undefined) call.placedStatements.set(place, { template, count: 1 });
  else known.count++;
}

function spansToCalls(trace: ReadTrace): Map<string, Call> {
  const calls = new Map<string, Call>();
  for (const call of trace.calls) for (const own of call.spans) calls.set(own.span.spanId, call);
  return calls;
}

/** The latest call of the line's service that had begun by then; clocks of one service agree with themselves. */
function callAround(trace: ReadTrace, log: LogSignal): Call | undefined {
  let found: Call | undefined;
  const at = log.timestampMs - trace.startMs;
  for (const call of trace.calls) {
    if (call.service !== log.service) continue;
    if (found === undefined || (call.offsetMs <= at && call.offsetMs >= found.offsetMs)) found = call;
  }
  return found;
}
