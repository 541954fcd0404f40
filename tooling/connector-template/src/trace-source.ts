import type { SignalSourceV1, Span, TraceSignal } from '@midwatch/core';
import * as z from 'zod';
import { askTarget, placeMoment } from './ask-target.js';
import { createListSource, type SourceInput } from './list-source.js';

const spanSchema = z.object({
  id: z.string(),
  parent: z.string().nullish(),
  service: z.string(),
  name: z.string(),
  start_us: z.number(),
  duration_us: z.number(),
  failed: z.boolean().nullish(),
});

const traceSchema = z.object({ id: z.string(), at: z.number(), spans: z.array(spanSchema) });

/** Whole traces. */
export function createTraceSource(input: SourceInput): SignalSourceV1<'traces'> {
  return createListSource<'traces', z.infer<typeof traceSchema>>({
    ...input,
    kind: 'traces',
    path: '/api/v1/traces',
    schema: traceSchema,
    place: (item) => (item.spans.length === 0 ? undefined : placeMoment(item)),
    ask({ minDurationMs, onlyErrors, target, traceIds }) {
      const { parameters, unsupported } = askTarget(target);
      const filters = { failed: onlyErrors, min_duration_ms: minDurationMs, id: traceIds?.join(',') };
      return { parameters: { ...parameters, ...filters }, unsupported };
    },
    toSignal({ id, spans }, origin): TraceSignal {
      const known = new Set(spans.map((span) => span.id));
      const complete = spans.every(({ parent }) => !parent || known.has(parent));
      return { ...origin, traceId: id.toLowerCase(), complete, spans: spans.map(toSpan) };
    },
  });
}

function toSpan({ failed, id, name, parent, service, ...span }: z.infer<typeof spanSchema>): Span {
  return {
    spanId: id.toLowerCase(),
    ...(parent ? { parentSpanId: parent.toLowerCase() } : {}),
    service,
    operation: name,
    // As text, because nanoseconds do not fit a number.
    startNs: `${Math.trunc(span.start_us)}000`,
    durationNs: span.duration_us * 1000,
    status: failed === true ? 'error' : 'unset',
    attributes: {},
  };
}
