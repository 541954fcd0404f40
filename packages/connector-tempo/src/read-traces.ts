import type { CallContextV1, Gap, GapReason, TimeWindow, TraceSignal } from '@midwatch/core';
import type { DecodeScope } from '@midwatch/core/otlp';
import { toGapReason } from './failed-requests.js';
import { isNotFound, type TempoApi, type TraceAnswer } from './tempo-api.js';

/** One trace to be read by its id. */
export interface WantedTrace {
  readonly traceId: string;
  /** Where it lies, as far as known. */
  readonly window: TimeWindow;
  readonly queryId: string;
}

export interface ReadTraces {
  readonly traces: readonly TraceSignal[];
  /** Of these the server gave a part only. */
  readonly partialIds: ReadonlySet<string>;
  /** Not stored. */
  readonly absent: number;
  readonly gaps: readonly Gap[];
}

/** Blocks are chosen by time, and a trace's late spans lie in later ones. */
const PADDING_MS = 30 * 60_000;

/** Reads traces by their ids, a request each. Rejects when none was answered; those that failed are gaps by their reason. */
export async function readTraces(
  wanted: readonly WantedTrace[],
  api: TempoApi,
  connectorId: string,
  call: CallContextV1,
): Promise<ReadTraces> {
  const settled = await Promise.allSettled(
    wanted.map(({ traceId, window, queryId }) =>
      api.trace(traceId, padded(window), { connectorId, queryId } satisfies DecodeScope, call),
    ),
  );
  const answers: TraceAnswer[] = [];
  const failures = new Map<GapReason, number>();
  let firstError: unknown;
  let absent = 0;
  for (const result of settled) {
    if (result.status === 'fulfilled') {
      answers.push(result.value);
      continue;
    }
    const reason = toGapReason(result.reason);
    firstError ??= result.reason;
    if (isNotFound(result.reason)) absent += 1;
    else failures.set(reason, (failures.get(reason) ?? 0) + 1);
  }
  // A server that has nothing but 404 is at another address.
  if (answers.length === 0 && firstError !== undefined) throw firstError;
  const traces = answers.flatMap(({ trace }) => trace ?? []);
  const partialIds = new Set(
    answers.flatMap(({ trace, partial }) => (partial && trace ? [trace.traceId] : [])),
  );
  return {
    traces,
    partialIds,
    absent: absent + answers.filter(({ trace, partial }) => trace === undefined && !partial).length,
    gaps: [
      ...[...failures].map(
        ([reason, count]): Gap => ({
          reason,
          missing: { count, exact: true },
          detail: 'traces that were found but could not be read',
        }),
      ),
      ...answerGaps(answers),
    ],
  };
}

function answerGaps(answers: readonly TraceAnswer[]): Gap[] {
  const invalid = answers.reduce((sum, { invalidItems }) => sum + invalidItems, 0);
  const partial = answers.filter((answer) => answer.partial).length;
  const gaps: Gap[] = [];
  if (invalid > 0) {
    const missing = { count: invalid, exact: true };
    gaps.push({ reason: 'invalid-item', missing, detail: 'spans that could not be read' });
  }
  if (partial > 0) {
    const detail = `${partial} traces are larger than the server gives out, so spans of them are missing`;
    gaps.push({ reason: 'byte-limit', detail });
  }
  return gaps;
}

function padded({ startMs, endMs }: TimeWindow): TimeWindow {
  return { startMs: startMs - PADDING_MS, endMs: endMs + PADDING_MS };
}
