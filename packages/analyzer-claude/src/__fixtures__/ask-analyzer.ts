import { AnalyzerError } from '../analyzer-error.js';
import { type ClaudeAnalyzerOptions, createClaudeAnalyzer } from '../claude-analyzer.js';
import type { ModelUsage } from '../model-usage.js';
import { afterEach, beforeEach, vi } from 'vitest';
import { analyzeInput } from './analyze-input.js';
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

interface Outcome {
  readonly settledAfterMs: number;
  readonly error?: AnalyzerError;
  readonly analysis?: unknown;
  readonly usages: readonly ModelUsage[];
}

/** One call with 8 s to go, while the clock is turned by hand. */
export async function ask(
  replies: Parameters<typeof scriptedFetch>,
  given: Partial<ClaudeAnalyzerOptions> = {},
  signal = new AbortController().signal,
): Promise<Outcome & { requests: ReturnType<typeof scriptedFetch>['requests'] }> {
  const { fetch, requests } = scriptedFetch(...replies);
  const usages: ModelUsage[] = [];
  const analyzer = createClaudeAnalyzer({
    token: secret,
    fetch,
    onUsage: (billed) => usages.push(billed),
    ...given,
  });
  const startMs = Date.now();
  let outcome: Outcome | undefined;
  const settled = analyzer.analyze(analyzeInput, { signal, deadlineAtMs: startMs + 8000 }).then(
    (analysis) => {
      outcome = { analysis, settledAfterMs: Date.now() - startMs, usages };
    },
    (error: unknown) => {
      if (!AnalyzerError.is(error)) throw error;
      outcome = { error, settledAfterMs: Date.now() - startMs, usages };
    },
  );
  for (let turn = 0; turn < 200 && outcome === undefined; turn += 1) await vi.advanceTimersByTimeAsync(100);
  await settled;
  if (outcome === undefined) throw new Error('not settled');
  return { ...outcome, requests };
}
