import { textResponse } from '../http/response.js';
import { answerLegacy, answerRemaining } from './jaeger-legacy.js';
import { answerV3 } from './jaeger-v3.js';
import type { TraceSearch } from './trace-search.js';

/** `v3`: a Jaeger after 2.20, without the legacy search. `legacy`: one that knows no v3. */
export type JaegerMode = 'both' | 'v3' | 'legacy';

/** The HTTP API of a Jaeger that holds the shop's traces. */
export function createJaegerApi(
  search: TraceSearch,
  mode: JaegerMode,
  nowMs: number,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    if (request.method !== 'GET') return textResponse(405, '');
    const path = /^\/api\/(.+)$/.exec(url.pathname)?.[1] ?? '';
    return answer(path, url.searchParams, search, mode, nowMs) ?? textResponse(404, '404 page not found\n');
  };
}

function answer(
  path: string,
  parameters: URLSearchParams,
  search: TraceSearch,
  mode: JaegerMode,
  nowMs: number,
): Response | undefined {
  if (path.startsWith('v3/'))
    return mode === 'legacy' ? undefined : answerV3(path.slice(3), parameters, search);
  if (mode === 'v3') return answerRemaining(path, parameters, search);
  return answerLegacy(path, parameters, search, nowMs);
}
