import type { FetchLike } from '../connector/v1/connector.js';
import type { Redactor } from '../incident/seams.js';
import type { CollectEvent } from './collect-event.js';
import { createLimitedFetch, type LimitedFetch } from './limited-fetch.js';
import { createScrub, type Scrub } from './scrub.js';

/** What all sources of one collection share. */
export interface CollectionRun {
  readonly startedAtMs: number;
  readonly deadlineMs: number;
  /** What connectors are told: they then return what they have. Wall clock, like the next two. */
  readonly connectorDeadlineAtMs: number;
  /** What has been returned is checked until then. */
  readonly checkDeadlineAtMs: number;
  /** Aborted when nobody waits any longer for a connector, between those two. */
  readonly cutSignal: AbortSignal;
  readonly limited: LimitedFetch;
  readonly scrub: Scrub;
  elapsedMs(): number;
  emit(event: CollectEvent): void;
  /** Resolves after that time, at once when it is over, or at the cut. */
  pause(ms: number): Promise<void>;
  /** Ends timers, requests and connectors' signals. */
  close(): void;
}

export interface RunSettings {
  readonly redact: Redactor | 'none';
  readonly deadlineMs: number;
  readonly onEvent?: ((event: CollectEvent) => void) | undefined;
  readonly fetch?: FetchLike | undefined;
  readonly maxRequests?: number | undefined;
  readonly maxBodyBytes?: number | undefined;
}

/** Shares of the deadline: what is left is for partial answers to come in and be checked. */
const CONNECTOR_SHARE = 0.9;
const CUT_SHARE = 0.94;
const CHECK_SHARE = 0.98;
/** Of the deadline, too: with half of the slots hung, waiting for longer would take the others' time. */
const OVERDUE_SHARE = 1 / 3;

export function createCollectionRun(settings: RunSettings): CollectionRun {
  const { deadlineMs, onEvent } = settings;
  const startedAtMs = Date.now();
  const cut = new AbortController();
  const cutTimer = setTimeout(() => cut.abort(), deadlineMs * CUT_SHARE);
  const limited = createLimitedFetch({
    overdueAfterMs: deadlineMs * OVERDUE_SHARE,
    ...(settings.fetch === undefined ? {} : { fetch: settings.fetch }),
    ...(settings.maxRequests === undefined ? {} : { maxRequests: settings.maxRequests }),
    ...(settings.maxBodyBytes === undefined ? {} : { maxBodyBytes: settings.maxBodyBytes }),
  });

  return {
    startedAtMs,
    deadlineMs,
    connectorDeadlineAtMs: startedAtMs + deadlineMs * CONNECTOR_SHARE,
    checkDeadlineAtMs: startedAtMs + deadlineMs * CHECK_SHARE,
    cutSignal: cut.signal,
    limited,
    scrub: createScrub(settings.redact),
    elapsedMs: () => Date.now() - startedAtMs,
    emit(event) {
      try {
        onEvent?.(event);
      } catch {
        // A listener's mistake is no reason to lose an incident.
      }
    },
    pause: (ms) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          cut.signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, Math.max(0, ms));
        cut.signal.addEventListener('abort', end, { once: true });
        if (cut.signal.aborted) end();
      }),
    close() {
      clearTimeout(cutTimer);
      cut.abort();
      limited.close();
    },
  };
}
