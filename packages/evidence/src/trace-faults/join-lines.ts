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

/** Places in the code, by number. */
export type CodePlaces = readonly { readonly name: string; readonly statement: number }[];

interface Place {
  readonly name: string;
  /** Of its first line. */
  readonly statement: number;
  /** It prints more than one kind of words, or its words stand at other places too: then it tells more than they do. */
  tells: boolean;
}

/** Gives every log line to the call that wrote it: by span, else by the one call of its service in its trace then. */
export function joinLines(
  traces: readonly ReadTrace[],
  logs: readonly LogSignal[],
  lines: LineReading,
): CodePlaces {
  const byId = new Map<string, ReadTrace>();
  for (const trace of traces) byId.set(trace.signal.traceId, trace);
  const placeNumbers = new Map<string, number>();
  const places: Place[] = [];
  const firstPlaceOf = new Map<number, number>();
  const joined: Call[] = [];
  for (let record = 0; record < logs.length; record++) {
    const log = logs[record];
    if (log?.traceId === undefined) continue;
    const trace = byId.get(log.traceId);
    const statement = trace === undefined ? -1 : lines.statementOf(record);
    if (trace === undefined || statement < 0) continue;
    const call =
      (log.spanId === undefined ? undefined : trace.callOfSpan(log.spanId)) ?? callAround(trace, log);
    if (call === undefined) continue;
    if (call.statements.length === 0) joined.push(call);
    call.statements.push(statement);
    call.places.push(notePlace(codePlaceOf(log), statement, places, placeNumbers, firstPlaceOf));
    const error = lines.errorOf(record);
    if (error < 0) continue;
    if (!call.errors.includes(error)) call.errors = [...call.errors, error];
    if (lines.isNewError(error)) call.loggedNewError = true;
  }
  for (const call of joined) forgetIdlePlaces(call.places, places);
  return places;
}

function notePlace(
  name: string | undefined,
  statement: number,
  places: Place[],
  numbers: Map<string, number>,
  firstPlaceOf: Map<number, number>,
): number {
  if (name === undefined) return -1;
  let number = numbers.get(name);
  if (number === undefined) {
    number = places.length;
    numbers.set(name, number);
    places.push({ name, statement, tells: false });
  }
  const place = places[number];
  if (place !== undefined && place.statement !== statement) place.tells = true;
  const first = firstPlaceOf.get(statement);
  if (first === undefined) firstPlaceOf.set(statement, number);
  else if (first !== number) {
    for (const other of [first, number]) {
      const known = places[other];
      if (known !== undefined) known.tells = true;
    }
  }
  return number;
}

function forgetIdlePlaces(numbers: number[], places: readonly Place[]): void {
  for (let at = 0; at < numbers.length; at++) {
    if (places[numbers[at] ?? -1]?.tells !== true) numbers[at] = -1;
  }
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
