import type { FetchLike } from '@midwatch/core';

/**
 * Datadog tells the wait of a 429 in `X-RateLimit-Reset`: seconds until the period ends, not a moment. Here it becomes the
 * `retry-after` that core's transport knows. https://docs.datadoghq.com/api/latest/rate-limits/
 */
export function withRateLimits(send: FetchLike): FetchLike {
  return async (input, init) => {
    const response = await send(input, init);
    if (response.status !== 429 || response.headers.has('retry-after')) return response;
    const wait =
      secondsOf(response.headers, 'x-ratelimit-reset') ?? secondsOf(response.headers, 'x-ratelimit-period');
    if (wait === undefined) return response;
    await response.body?.cancel().catch(() => undefined);
    return new Response(null, { status: 429, headers: { 'retry-after': String(wait) } });
  };
}

/** Seconds to wait when this answer used up what its period allows; the next request would be refused. */
export function usedUpForSeconds(headers: Headers): number | undefined {
  if (secondsOf(headers, 'x-ratelimit-remaining') !== 0) return undefined;
  return secondsOf(headers, 'x-ratelimit-reset') ?? secondsOf(headers, 'x-ratelimit-period') ?? 0;
}

function secondsOf(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)?.trim() ?? '';
  return /^\d{1,9}(?:\.\d+)?$/.test(text) ? Math.ceil(Number(text)) : undefined;
}
