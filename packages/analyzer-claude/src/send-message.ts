import { Anthropic } from '@anthropic-ai/sdk';
import type { CallDeadline } from './call-deadline.js';
import { createGuardedFetch } from './guarded-fetch.js';
import type { MessagesServer } from './messages-server.js';
import type { ModelRequest } from './model-request.js';
import { toAnalyzerError } from './to-analyzer-error.js';

/** Before the second attempt, when the server names no wait: long enough for a blip, short within 8 s. */
const RETRY_DELAY_MS = 500;
/** With less than this left no model answers any more: the attempt would only be billed. */
const MIN_ATTEMPT_MS = 1500;

/**
 * Sends one request, and once more after 408, 429, 5xx, 529 or a lost connection, when the wait and an attempt fit what is
 * left of the deadline. Settles with the parsed body or rejects with an `AnalyzerError`, never later than the deadline.
 */
export async function sendMessage(
  request: ModelRequest,
  server: MessagesServer,
  deadline: CallDeadline,
): Promise<unknown> {
  try {
    return await attempt(request, server, deadline);
  } catch (error) {
    const failure = toAnalyzerError(error);
    const waitMs = failure.retryAfterMs ?? RETRY_DELAY_MS;
    if (!failure.retryable || deadline.leftMs() - waitMs < MIN_ATTEMPT_MS) throw failure;
    await deadline.sleep(waitMs);
    // Measured anew: on a busy machine the sleep was longer than asked for.
    if (deadline.leftMs() < MIN_ATTEMPT_MS) throw failure;
  }
  return await attempt(request, server, deadline);
}

async function attempt(
  request: ModelRequest,
  { baseUrl, fetch, askToken }: MessagesServer,
  deadline: CallDeadline,
): Promise<unknown> {
  const { signal } = deadline;
  try {
    signal.throwIfAborted();
    const apiKey = await deadline.race(askToken());
    const client = new Anthropic({
      apiKey,
      baseURL: baseUrl,
      fetch: createGuardedFetch(fetch, deadline),
      maxRetries: 0,
      // Named, so that the environment decides neither: the log would hold the dossier.
      logLevel: 'off',
      openTelemetry: false,
    });
    const timeout = Math.max(1, Math.min(deadline.leftMs(), 2 ** 31 - 1));
    return await client.messages.create(request, { signal, timeout });
  } catch (error) {
    // The fetch ends at the deadline; it decides before whatever the SDK made of that.
    if (signal.aborted) throw signal.reason;
    throw toAnalyzerError(error);
  }
}
