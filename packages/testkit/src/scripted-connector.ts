import {
  type CallContextV1,
  ConnectorError,
  type ConnectorErrorCode,
  type ConnectorV1,
  type Gap,
  type Provenance,
  type SignalBatchV1,
  type SignalByKind,
  type SignalKind,
  type SignalQuery,
  type SignalQueryByKind,
  signalKinds,
} from '@midwatch/core';

/** One answer of a scripted source. */
export type ScriptedStep<K extends SignalKind> =
  | {
      readonly signals: readonly SignalByKind[K][];
      readonly gaps?: readonly Gap[];
      readonly afterMs?: number;
    }
  | { readonly error: ConnectorErrorCode; readonly retryAfterMs?: number; readonly afterMs?: number }
  /** Never answers, not even to an abort. */
  | { readonly hangs: true };

export type ScriptedSources = { readonly [K in SignalKind]?: readonly ScriptedStep<K>[] };

export interface ScriptedConnector extends ConnectorV1 {
  /** Every query so far, in the order asked. */
  readonly queries: readonly { readonly kind: SignalKind; readonly query: SignalQuery }[];
  /** Throws when a scripted step was not asked for. */
  assertComplete(): void;
}

/**
 * A deterministic connector that answers each query with the next scripted step of its kind. A query beyond the last step
 * rejects with `bad-response`, so that an unexpected question fails the test instead of repeating an old answer.
 */
export function createScriptedConnector(id: string, steps: ScriptedSources): ScriptedConnector {
  const queries: { kind: SignalKind; query: SignalQuery }[] = [];
  const left = new Map<SignalKind, unknown[]>();
  const sources: Record<string, unknown> = {};

  function addSource<K extends SignalKind>(kind: K): void {
    const script = steps[kind];
    if (script === undefined) return;
    const remaining: ScriptedStep<K>[] = [...script];
    left.set(kind, remaining);
    sources[kind] = {
      limits: { maxItems: 5000 },
      doQuery: (query: SignalQueryByKind[K], call: CallContextV1) => {
        queries.push({ kind, query: structuredClone(query) as SignalQuery });
        return play(id, remaining.shift(), query, call);
      },
    };
  }
  for (const kind of signalKinds) addSource(kind);

  return {
    specVersion: 'v1',
    id,
    sources: sources as ConnectorV1['sources'],
    checkHealth: () => Promise.resolve({ state: 'healthy' }),
    queries,
    assertComplete() {
      for (const [kind, remaining] of left) {
        if (remaining.length > 0)
          throw new Error(`[${id}] ${remaining.length} scripted ${kind} steps were not asked for`);
      }
    },
  };
}

async function play<K extends SignalKind>(
  id: string,
  step: ScriptedStep<K> | undefined,
  query: SignalQueryByKind[K],
  call: CallContextV1,
): Promise<SignalBatchV1<K>> {
  if (step === undefined) {
    throw new ConnectorError({ code: 'bad-response', connectorId: id, message: 'asked beyond its script' });
  }
  if ('hangs' in step) return new Promise(() => undefined);
  if (step.afterMs !== undefined) await pause(step.afterMs, call.signal);
  if (call.signal.aborted)
    throw new ConnectorError({ code: 'aborted', connectorId: id, message: 'the caller gave up' });
  if ('error' in step) {
    const retryAfter = step.retryAfterMs === undefined ? {} : { retryAfterMs: step.retryAfterMs };
    throw new ConnectorError({ code: step.error, connectorId: id, message: 'scripted', ...retryAfter });
  }
  const ids = new Set(step.signals.map((signal) => signal.queryId));
  const provenance: Provenance[] = [...ids].map((queryId) => ({
    queryId,
    language: 'script',
    text: `scripted answer for ${query.target.service ?? 'everything'}`,
    window: query.window,
  }));
  return { signals: step.signals, gaps: step.gaps ?? [], provenance };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
