import { ConnectorError, type GapReason } from '@midwatch/core';

/** Why a request that failed beside others left a gap. What is no `ConnectorError`, and the caller's abort, is thrown. */
export function toGapReason(error: unknown): GapReason {
  if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
  if (error.code === 'timeout') return 'deadline';
  // 422 is how the older API refuses a trace above the server's `max_bytes_per_trace`.
  return error.code === 'too-large' || error.status === 422 ? 'byte-limit' : 'page-failure';
}
