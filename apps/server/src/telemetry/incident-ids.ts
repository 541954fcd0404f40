import { createHash } from 'node:crypto';

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** Of the span that opened an incident: every process, also after a restart, puts the incident's work into the same trace. */
export function idsOfIncident(incidentId: string): SpanIds {
  const digest = createHash('sha256').update(incidentId).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

interface IdGenerator {
  generateTraceId(): string;
  generateSpanId(): string;
}

/** Random ids, but for a span that is started inside of `withIds`. */
export function createIdGenerator(random: IdGenerator) {
  let given: SpanIds | undefined;
  return {
    generator: {
      generateTraceId: () => given?.traceId ?? random.generateTraceId(),
      generateSpanId: () => given?.spanId ?? random.generateSpanId(),
    } satisfies IdGenerator,
    withIds<T>(ids: SpanIds, start: () => T): T {
      given = ids;
      try {
        return start();
      } finally {
        given = undefined;
      }
    },
  };
}
