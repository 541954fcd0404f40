import { AsyncLocalStorage } from 'node:async_hooks';
import type { AnalysisUsage } from '@midwatch/core/incident';
import type { ReceivedAlert } from '@midwatch/responder';
import {
  type Attributes,
  type Context,
  type HrTime,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { idsOfIncident, type SpanIds } from './incident-ids.js';
import type { Tracing } from './tracing.js';

/** Something that has ended. */
interface Piece {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly kind?: SpanKind;
  /** Why it ended badly. */
  readonly error?: string;
}

export interface TraceWorkOptions {
  readonly tracer: Tracer;
  readonly withIds: <T>(ids: SpanIds, start: () => T) => T;
  readonly close: () => Promise<void>;
}

/** Of one piece of work; a collection asks far fewer sources. */
const MAX_PIECES = 500;

/**
 * One trace for each incident. Which kind of work a claim will be is known only once it is claimed, and its end is told with its
 * duration: so spans are written when their work has ended, with the times it had.
 */
export function traceWork({ close, tracer, withIds }: TraceWorkOptions): Tracing {
  const inside = new AsyncLocalStorage<Piece[]>();

  function note(piece: Piece): void {
    const pieces = inside.getStore();
    if (pieces !== undefined && pieces.length < MAX_PIECES) pieces.push(piece);
  }

  async function timed<T>(name: string, attributes: Attributes, work: () => T | Promise<T>): Promise<T> {
    const startMs = Date.now();
    try {
      const result = await work();
      note({ name, startMs, endMs: Date.now(), attributes, kind: SpanKind.CLIENT });
      return result;
    } catch (error) {
      note({ name, startMs, endMs: Date.now(), attributes, kind: SpanKind.CLIENT, error: nameOf(error) });
      throw error;
    }
  }

  function timedNow<T>(name: string, work: () => T): T {
    const startMs = Date.now();
    const result = work();
    note({ name, startMs, endMs: Date.now(), attributes: {} });
    return result;
  }

  function write(piece: Piece, parent: Context, children: readonly Piece[] = []): void {
    const { attributes, endMs, error, kind = SpanKind.INTERNAL, name, startMs } = piece;
    const span = tracer.startSpan(name, { attributes, kind, startTime: toHrTime(startMs) }, parent);
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    const own = trace.setSpan(parent, span);
    for (const child of children) write(child, own);
    span.end(toHrTime(endMs));
  }

  function writeReceived({ incidentId, outcome }: ReceivedAlert, startMs: number): void {
    const attributes = { ...ofIncident(incidentId), 'midwatch.alert.outcome': outcome };
    const name = 'receive';
    const piece = { name, startMs, endMs: Date.now(), attributes, kind: SpanKind.SERVER };
    // The first alert's span is what all else of the incident hangs from.
    if (outcome === 'opened') withIds(idsOfIncident(incidentId), () => write(piece, ROOT_CONTEXT));
    else write(piece, contextOf(incidentId));
  }

  return {
    close,
    follow: (responder) => ({
      async receive(alert) {
        const startMs = Date.now();
        const recorded = await responder.receive(alert);
        writeReceived(recorded, startMs);
        return recorded;
      },
      async receiveAll(alerts) {
        const startMs = Date.now();
        const received = await responder.receiveAll(alerts);
        for (const each of received) if (each.status === 'fulfilled') writeReceived(each.value, startMs);
        return received;
      },
      act: (request) => responder.act(request),
      runStep: (request) => inside.run([], () => responder.runStep(request)),
      runShadow: (request) => inside.run([], () => responder.runShadow(request)),
      deliver: (request) => inside.run([], () => responder.deliver(request)),
    }),
    worked({ attempt, durationMs, error, incidentId, kind, outcome, type }) {
      const endMs = Date.now();
      const isStep = type === 'step';
      const attributes = {
        ...ofIncident(incidentId),
        'midwatch.attempt': attempt,
        'midwatch.outcome': outcome,
        ...(isStep ? {} : { 'midwatch.channel': kind }),
      };
      const name = isStep ? kind : 'deliver';
      const times = { startMs: endMs - durationMs, endMs };
      const why = outcome === 'done' ? {} : { error: error ?? outcome };
      const kindOfSpan = isStep ? SpanKind.INTERNAL : SpanKind.CLIENT;
      const piece = { name, ...times, attributes, kind: kindOfSpan, ...why };
      write(piece, contextOf(incidentId), inside.getStore());
    },
    collected(event) {
      if (event.type !== 'source-ended') return;
      const { connectorId, durationMs, kind, purpose, signalCount, state, wave } = event;
      const endMs = Date.now();
      const attributes = {
        'midwatch.connector': connectorId,
        'midwatch.signal_kind': kind,
        'midwatch.purpose': purpose,
        'midwatch.wave': wave,
        'midwatch.state': state,
        'midwatch.signals': signalCount,
      };
      const why = state === 'failed' ? { error: state } : {};
      note({ name: 'query', startMs: endMs - durationMs, endMs, attributes, kind: SpanKind.CLIENT, ...why });
    },
    observe(analyzer) {
      const model = analyzer.model ?? analyzer.name;
      return {
        ...analyzer,
        analyze(input, call) {
          const attributes: Attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': model };
          return timed(`chat ${model}`, attributes, async () => {
            const analysis = await analyzer.analyze(input, call);
            Object.assign(attributes, ofUsage(analysis.usage));
            return analysis;
          });
        },
      };
    },
    observeParts: (parts) => ({
      ...parts,
      reduce: (collection, alert) => timedNow('reduce', () => parts.reduce(collection, alert)),
      format: (input) => timedNow('format', () => parts.format(input)),
    }),
  };
}

function contextOf(incidentId: string): Context {
  const flags = { isRemote: true, traceFlags: TraceFlags.SAMPLED };
  return trace.setSpanContext(ROOT_CONTEXT, { ...idsOfIncident(incidentId), ...flags });
}

function ofIncident(incidentId: string): Attributes {
  return { 'midwatch.incident.id': incidentId };
}

function ofUsage(usage: AnalysisUsage | undefined): Attributes {
  if (usage === undefined) return {};
  const { cacheReadTokens, cacheWriteTokens, costUsd, inputTokens, outputTokens } = usage;
  return {
    // As the conventions count: with the cached ones.
    'gen_ai.usage.input_tokens': inputTokens + cacheReadTokens + cacheWriteTokens,
    'gen_ai.usage.output_tokens': outputTokens,
    ...(costUsd === undefined ? {} : { 'midwatch.cost_usd': costUsd }),
  };
}

/** Messages of parts may quote what they were given. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

/** A bare number might be taken for the time since the process started. */
function toHrTime(epochMs: number): HrTime {
  return [Math.floor(epochMs / 1000), Math.round((epochMs % 1000) * 1_000_000)];
}
