import type { FetchLike } from '@midwatch/core';

/** The other clock against ours: positive when it is ahead. */
export interface ClockSkew {
  readonly skewMs: number;
  /** The true figure lies within this of `skewMs`: a header tells whole seconds, and the way takes its time. */
  readonly withinMs: number;
}

/** A request that was answered with "not you" (401) or "not this" (403). */
export interface Refusal {
  readonly status: number;
  readonly method: string;
  readonly path: string;
}

export interface AnswerWatch {
  readonly fetch: FetchLike;
  /** `undefined` when no answer told a time. */
  clockSkew(): ClockSkew | undefined;
  refusals(): readonly Refusal[];
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7; `Date.parse` alone would take "1" for a year. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** A fetch that looks at what every answer tells besides its body. */
export function createAnswerWatch(send: FetchLike = (input, init) => fetch(input, init)): AnswerWatch {
  const refusals = new Map<string, Refusal>();
  let best: ClockSkew | undefined;

  function readClock(headers: Headers, sentMs: number, receivedMs: number): void {
    const date = headers.get('date') ?? '';
    // An answer out of a cache has the time at which it was made.
    if (!HTTP_DATE.test(date) || Number(headers.get('age') ?? 0) !== 0) return;
    const secondMs = Date.parse(date);
    // Written somewhere in [sent, received], showing a time somewhere in [second, second + 1 s).
    const least = secondMs - receivedMs;
    const most = secondMs + 1000 - sentMs;
    const skew = { skewMs: Math.round((least + most) / 2), withinMs: Math.ceil((most - least) / 2) };
    if (!Number.isNaN(secondMs) && (best === undefined || skew.withinMs < best.withinMs)) best = skew;
  }

  return {
    async fetch(input, init) {
      const sentMs = Date.now();
      const response = await send(input, init);
      readClock(response.headers, sentMs, Date.now());
      const { status } = response;
      if (status === 401 || status === 403) {
        const refusal = { status, method: init?.method ?? 'GET', path: new URL(input).pathname };
        refusals.set(`${status} ${refusal.method} ${refusal.path}`, refusal);
      }
      return response;
    },
    clockSkew: () => best,
    refusals: () => [...refusals.values()],
  };
}
