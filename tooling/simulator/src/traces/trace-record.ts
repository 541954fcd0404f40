/** OpenTelemetry's numbers for the kinds that the shop has. */
export const SPAN_KINDS = { server: 2, client: 3, consumer: 5 } as const;

export type AttributeValue = string | number | boolean;

export interface SpanRecord {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly service: string;
  readonly pod: string;
  readonly version: string;
  readonly name: string;
  readonly kind: keyof typeof SPAN_KINDS;
  readonly startMs: number;
  readonly durationMs: number;
  /** Message of the failure when the span failed. */
  readonly failure?: string;
  readonly attributes: readonly (readonly [string, AttributeValue])[];
  readonly events: readonly SpanEvent[];
}

export interface SpanEvent {
  readonly name: string;
  readonly atMs: number;
  readonly attributes: readonly (readonly [string, AttributeValue])[];
}

export interface TraceRecord {
  readonly traceId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly spans: readonly SpanRecord[];
}
