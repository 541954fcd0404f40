import { AnalyzerError } from '../analyzer-error.js';
import { type ClaudeAnalyzerOptions, createClaudeAnalyzer } from '../claude-analyzer.js';
import { type ClaudeReviewerOptions, createClaudeReviewer } from '../claude-reviewer.js';
import type { ModelUsage } from '../model-usage.js';
import { afterEach, beforeEach, vi } from 'vitest';
import { analyzeInput } from './analyze-input.js';
import { reviewInput } from './review-input.js';
import { scriptedFetch, secret } from './messages-api.js';

/** The clock is turned by hand in every test of the file. */
export function useHandClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 10, 1, 3, 31) });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
}

/** A connection that is lost; its error holds the key. */
export const reset = () =>
  Promise.reject(new TypeError(`fetch failed ${secret}`, { cause: { code: 'ECONNRESET' } }));
/** A server that never answers. */
export const hang = () => new Promise<Response>(() => undefined);

interface Outcome<T> {
  readonly settledAfterMs: number;
  readonly error?: AnalyzerError;
  readonly answer?: T;
}

/** Turns the clock until the call, made with 8 s to go, is settled. */
async function turnUntilSettled<T>(call: (deadlineAtMs: number) => Promise<T>): Promise<Outcome<T>> {
  const startMs = Date.now();
  let outcome: Outcome<T> | undefined;
  const settled = call(startMs + 8000).then(
    (answer) => {
      outcome = { answer, settledAfterMs: Date.now() - startMs };
    },
    (error: unknown) => {
      if (!AnalyzerError.is(error)) throw error;
      outcome = { error, settledAfterMs: Date.now() - startMs };
    },
  );
  for (let turn = 0; turn < 200 && outcome === undefined; turn += 1) await vi.advanceTimersByTimeAsync(100);
  await settled;
  if (outcome === undefined) throw new Error('not settled');
  return outcome;
}

/** One analysis with 8 s to go, while the clock is turned by hand. */
export async function ask(
  replies: Parameters<typeof scriptedFetch>,
  given: Partial<ClaudeAnalyzerOptions> = {},
  signal = new AbortController().signal,
) {
  const { fetch, requests } = scriptedFetch(...replies);
  const usages: ModelUsage[] = [];
  const analyzer = createClaudeAnalyzer({
    token: secret,
    fetch,
    onUsage: (billed) => usages.push(billed),
    ...given,
  });
  const { answer, ...outcome } = await turnUntilSettled((deadlineAtMs) =>
    analyzer.analyze(analyzeInput, { signal, deadlineAtMs }),
  );
  return { ...outcome, analysis: answer, usages, requests };
}

/** One review in the same way. */
export async function askReviewer(
  replies: Parameters<typeof scriptedFetch>,
  given: Partial<ClaudeReviewerOptions> = {},
  signal = new AbortController().signal,
) {
  const { fetch, requests } = scriptedFetch(...replies);
  const usages: ModelUsage[] = [];
  const reviewer = createClaudeReviewer({
    token: secret,
    fetch,
    redact: 'none',
    onUsage: (billed) => usages.push(billed),
    ...given,
  });
  const outcome = await turnUntilSettled((deadlineAtMs) =>
    reviewer.review(reviewInput, { signal, deadlineAtMs }),
  );
  return { ...outcome, usages, requests };
}
