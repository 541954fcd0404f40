import { type CallContextV1, type Provenance, type TimeWindow, toQueryId } from '@midwatch/core';
import type { AskEitherApi } from './either-api.js';
import type { FoundTraces, TraceApi, TraceRequest } from './jaeger-api.js';

/** One request that was answered. */
export interface Answer extends FoundTraces {
  readonly provenance: Provenance;
  /** More traces than wanted came: there are more still. */
  readonly cut: boolean;
}

export interface Wanted {
  readonly window: TimeWindow;
  readonly limit: number;
  /** The page of the user interface that shows the same, as a path below `webUrl`. */
  readonly page: string;
}

export type SendRequest = (
  toRequest: (api: TraceApi) => TraceRequest,
  wanted: Wanted,
  call: CallContextV1,
) => Promise<Answer>;

/** Sends through whichever API answers, and keeps what was sent as a query that people can run again. */
export function createSendRequest(
  connectorId: string,
  askEither: AskEitherApi,
  webUrl: string | undefined,
): SendRequest {
  return (toRequest, { window, limit, page }, call) =>
    askEither(async (api) => {
      const request = toRequest(api);
      const text = toText(request);
      const queryId = toQueryId(connectorId, text, window);
      const found = await api.traces(request, { connectorId, queryId }, call);
      const url = webUrl === undefined ? {} : { url: `${webUrl}${page}` };
      const provenance = { queryId, language: 'http', text, window, ...url };
      return { ...found, provenance, cut: found.traces.length > limit };
    });
}

function toText({ path, pathParameters, query }: TraceRequest): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const filled = path.replace('{traceId}', pathParameters?.['traceId'] ?? '');
  return `GET ${filled}${parameters.size === 0 ? '' : `?${parameters.toString()}`}`;
}
