import type { LogSignal } from '@midwatch/core';
import type { Call, ReadTrace } from './call.js';
import { codePlaceOf } from './code-place.js';

/** What log mining knows about each record, by its place in the list of records. */
export interface LineReading {
  /** The statement that printed the record, whatever its level; -1 when it has none. */
  statementOf(record: number): number;
  /** The kind of error that the record reports; -1 for other lines. */
  errorOf(record: number): number;
  /** An error whose text the baseline of the whole fleet does not hold. */
  isNewError(error: number): boolean;
  /** A statement that never prints anything but errors. */
  printsErrors(statement: number): boolean;
  /** The words of a statement or error, for people; untrusted. */
  textOf(statement: number): string;
  textOfError(error: number): string;
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
    const statement = lines.statementOf(record);
    if (statement < 0) continue;
    call.statements.set(statement, (call.statements.get(statement) ?? 0) + 1);
    addPlace(call, statement, codePlaceOf(log));
    const error = lines.errorOf(record);
    if (error < 0) continue;
    call.errors.add(error);
    if (lines.isNewError(error)) call.loggedNewError = true;
  }
}

function addPlace(call: Call, statement: number, place: string | undefined): void {
  if (place === undefined) return;
  const known = call.placedStatements.get(place);
  if (known === undefined) call.placedStatements.set(place, { statement, count: 1 });
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
