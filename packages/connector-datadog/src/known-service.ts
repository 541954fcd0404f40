import { type CallContextV1, ConnectorError, type SignalQuery } from '@midwatch/core';
import type { SearchProduct } from './datadog-api.js';
import { targetTerms, toSearchText } from './search-text.js';
import type { SourceScope } from './source-scope.js';

/** Where a service without anything in the window is looked for. */
const KNOWN_BACK_MS = 24 * 3_600_000;

/** Nothing found of a service that was silent for a day, under this name and in this place, is no answer about it. */
export async function isUnknownService(
  { api }: SourceScope,
  product: SearchProduct,
  { target, window }: Pick<SignalQuery, 'target' | 'window'>,
  call: CallContextV1,
): Promise<boolean> {
  if (target.service === undefined) return false;
  // Without pod and labels, but with the place: another name for the environment hides a service as well.
  const { labels: _, operation: _operation, pod: _pod, ...known } = target;
  const text = toSearchText(targetTerms(known));
  const day = { startMs: window.endMs - KNOWN_BACK_MS, endMs: window.endMs };
  try {
    const { data, meta } = await api.search(
      product,
      { text, window: day, newestFirst: true, limit: 1 },
      call,
    );
    return (data ?? []).length === 0 && meta?.page?.after == null && meta?.status !== 'timeout';
  } catch (error) {
    // Without an answer nothing speaks against the name.
    if (ConnectorError.is(error) && error.code !== 'aborted') return false;
    throw error;
  }
}
