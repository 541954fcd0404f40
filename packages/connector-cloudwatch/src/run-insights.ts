import { type CallContextV1, ConnectorError, type FetchLike, type TimeWindow } from '@midwatch/core';
import type { AwsApi } from './aws-api.js';
import { AwsError } from './aws-error.js';
import {
  type QueryResults,
  queryResultsSchema,
  startedQuerySchema,
  stoppedQuerySchema,
} from './cloudwatch-schema.js';
import { waitUntil } from './remember.js';

export interface InsightsRun {
  readonly groups: readonly string[];
  readonly window: TimeWindow;
  readonly text: string;
}

export interface InsightsAnswer {
  readonly results: QueryResults;
  /** `partial`: found until time was over; `broken`: until polls failed; `outside`: before the group or its retention. */
  readonly state: 'complete' | 'partial' | 'broken' | 'timeout' | 'cancelled' | 'outside';
}

export interface InsightsOptions {
  readonly connectorId: string;
  readonly api: AwsApi<'logs'>;
  /** For the one request that is sent when nobody waits any more. */
  readonly fetch: FetchLike | undefined;
}

/** An answer within this time is rare, so asking sooner only uses up the account's five requests a second. */
const FIRST_POLL_MS = 200;
const MAX_POLL_MS = 2000;
/** Kept of the time for reading what there is and for the query's end. */
const LAST_WORDS_MS = 600;
const STOP_MS = 2000;
const MAX_FAILED_POLLS = 3;

const empty: QueryResults = { status: 'Running', results: [] };

/**
 * Starts a query and asks for its results until it is done or time is over. A query that nobody reads any more is stopped:
 * it would go on scanning, which is paid by the byte, and keep one of the account's places.
 */
export async function runInsights(
  options: InsightsOptions,
  run: InsightsRun,
  call: CallContextV1,
): Promise<InsightsAnswer> {
  const { api, connectorId } = options;
  let queryId: string;
  try {
    ({ queryId } = await api.ask('StartQuery', startRequest(run), startedQuerySchema, call));
  } catch (error) {
    if (error instanceof AwsError && error.isOutsideRetention) return { state: 'outside', results: empty };
    throw error;
  }
  const leftMs = call.deadlineAtMs - Date.now();
  const stopAtMs = call.deadlineAtMs - Math.min(LAST_WORDS_MS, leftMs / 4);
  let results = empty;
  let failures = 0;
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, MAX_POLL_MS)) {
    const pause = waitUntil(Math.min(pollMs, stopAtMs - Date.now()), call.signal);
    await pause.promise;
    if (call.signal.aborted) {
      stopLater(options, queryId, call);
      throw new ConnectorError({
        code: 'aborted',
        connectorId,
        message: 'the caller gave up on GetQueryResults',
      });
    }
    const isLast = Date.now() >= stopAtMs;
    try {
      const asked = api.ask('GetQueryResults', { queryId }, queryResultsSchema, call);
      const [answer] = await Promise.all([asked, ...(isLast ? [stop(api, queryId, call)] : [])]);
      results = answer;
      failures = 0;
    } catch (error) {
      failures += 1;
      const outcome = afterFailure(error, isLast || failures >= MAX_FAILED_POLLS, results);
      if (outcome === 'go on') continue;
      // At the deadline it has been told to stop already.
      if (!isLast) stopLater(options, queryId, call);
      if (outcome === 'give up') throw error;
      return { state: isLast ? 'partial' : 'broken', results };
    }
    const state = stateOf(results.status);
    if (state === 'failed') {
      throw new ConnectorError({ code: 'bad-query', connectorId, message: 'CloudWatch failed at the query' });
    }
    if (state === 'running' || (isLast && state === 'cancelled')) {
      if (isLast) return { state: 'partial', results };
    } else return { state, results };
  }
}

/** Seconds, with both ends inside. */
function startRequest({ groups, text, window }: InsightsRun): Readonly<Record<string, unknown>> {
  const isAcrossAccounts = groups.some((name) => name.startsWith('arn:'));
  const identifiers = groups.map((name) => name.replace(/:\*$/, ''));
  return {
    ...(isAcrossAccounts ? { logGroupIdentifiers: identifiers } : { logGroupNames: groups }),
    startTime: Math.floor(window.startMs / 1000),
    endTime: Math.ceil(window.endMs / 1000),
    queryString: text,
  };
}

function stateOf(status: string): 'running' | 'failed' | 'complete' | 'cancelled' | 'timeout' {
  if (status === 'Complete') return 'complete';
  if (status === 'Failed') return 'failed';
  if (status === 'Cancelled') return 'cancelled';
  if (status === 'Timeout') return 'timeout';
  // Scheduled, Running, and Unknown, which says no more than that.
  return 'running';
}

/** A poll that was throttled is asked again at its turn; what was found before is not lost by one that fails for good. */
function afterFailure(
  error: unknown,
  isLast: boolean,
  results: QueryResults,
): 'go on' | 'give up' | 'partial' {
  if (!ConnectorError.is(error) || error.code === 'aborted') return 'give up';
  const mayPass =
    error.code === 'rate-limited' || error.code === 'unavailable' || error.code === 'unreachable';
  if (mayPass && !isLast) return 'go on';
  return (results.results ?? []).length > 0 ? 'partial' : 'give up';
}

/** A query that has ended by itself, or that we may not stop, is no trouble. */
async function stop(api: AwsApi<'logs'>, queryId: string, call: CallContextV1): Promise<void> {
  await api.ask('StopQuery', { queryId }, stoppedQuerySchema, call).catch(() => undefined);
}

/** Nobody waits for it. The fetch of a query that is over refuses: then it goes outside of core's limit. */
function stopLater({ api, fetch }: InsightsOptions, queryId: string, call: CallContextV1): void {
  const signal = new AbortController().signal;
  const later = (send: FetchLike) => ({ signal, deadlineAtMs: Date.now() + STOP_MS, fetch: send });
  const direct: FetchLike = fetch ?? ((input, init) => globalThis.fetch(input, init));
  api
    .ask('StopQuery', { queryId }, stoppedQuerySchema, later(call.fetch))
    .catch((error: unknown) => {
      if (ConnectorError.is(error) && error.code === 'aborted') return stop(api, queryId, later(direct));
      return undefined;
    })
    .catch(() => undefined);
}
