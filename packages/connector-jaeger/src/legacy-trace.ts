import type { AttributeValue, Span } from '@midwatch/core';
import { toSpanId, toTraceId } from '@midwatch/core/otlp';
import * as z from 'zod';
import type { LegacyTrace } from './jaeger-schema.js';
import { toWarningAttribute } from './span-warnings.js';

const tagsSchema = z
  .array(
    z.object({
      key: z.string(),
      type: z.string().nullish(),
      value: z.union([z.string(), z.number(), z.boolean()]),
    }),
  )
  .nullish();
type Tags = z.infer<typeof tagsSchema>;
type Attributes = Readonly<Record<string, AttributeValue>>;

const processSchema = z.object({ serviceName: z.string().nullish(), tags: tagsSchema });

const spanSchema = z.object({
  spanID: z.string(),
  operationName: z.string().nullish(),
  references: z
    .array(z.object({ refType: z.string().nullish(), traceID: z.string().nullish(), spanID: z.string() }))
    .nullish(),
  /** Microseconds. */
  startTime: z.number().int().positive(),
  duration: z.number().nonnegative().nullish(),
  tags: tagsSchema,
  logs: z.array(z.object({ fields: tagsSchema })).nullish(),
  processID: z.string().nullish(),
  warnings: z.array(z.string()).nullish(),
  /** Some writers put the process itself into each span. */
  process: processSchema.nullish(),
});

/** What kind and status say already. `error` has to go: VictoriaTraces writes `error: "unset"` on good spans. */
const readTags: ReadonlySet<string> = new Set(['span.kind', 'error', 'otel.status_code']);

export interface LegacySpans {
  readonly traceId: string | undefined;
  readonly spans: readonly Span[];
  readonly invalidItems: number;
}

/** One trace of the old API. A span's service stands in its process, its parent in its references. */
export function readLegacyTrace(trace: LegacyTrace): LegacySpans {
  const processes = new Map(
    Object.entries(trace.processes ?? {}).map(([id, value]) => [id, processSchema.safeParse(value).data]),
  );
  const spans: Span[] = [];
  const items = trace.spans ?? [];
  for (const item of items) {
    const parsed = spanSchema.safeParse(item).data;
    const process = parsed?.process ?? processes.get(parsed?.processID ?? '');
    const span = parsed === undefined ? undefined : toSpan(parsed, process, trace.traceID);
    if (span !== undefined) spans.push(span);
  }
  return { traceId: toTraceId(trace.traceID), spans, invalidItems: items.length - spans.length };
}

function toSpan(
  item: z.infer<typeof spanSchema>,
  process: z.infer<typeof processSchema> | undefined,
  traceId: string,
): Span | undefined {
  const spanId = toSpanId(item.spanID);
  if (spanId === undefined) return undefined;
  const tags = toAttributes(item.tags);
  const parentSpanId = parentOf(item, traceId);
  const kind = spanKinds.find((name) => name === String(tags['span.kind']).toLowerCase());
  const status = statusOf(tags);
  const own = Object.entries(tags).filter(([key]) => !readTags.has(key));
  return {
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    service: process?.serviceName ?? 'unknown_service',
    operation: item.operationName ?? '',
    ...(kind === undefined ? {} : { kind }),
    // Exact: microseconds fit a number, nanoseconds do not.
    startNs: `${item.startTime}000`,
    durationNs: Math.round((item.duration ?? 0) * 1000),
    ...(status === undefined ? {} : { status }),
    attributes: {
      ...toAttributes(process?.tags),
      ...exceptionOf(item.logs),
      ...toWarningAttribute(item.warnings),
      ...Object.fromEntries(own),
    },
  };
}

const spanKinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

/** The first CHILD_OF in this very trace; a link to another trace is no parent. */
function parentOf({ references }: z.infer<typeof spanSchema>, traceId: string): string | undefined {
  const inTrace = (references ?? []).filter((reference) => (reference.traceID ?? traceId) === traceId);
  const parent = inTrace.find(({ refType }) => refType === 'CHILD_OF') ?? inTrace[0];
  return toSpanId(parent?.spanID);
}

function statusOf(tags: Attributes): Span['status'] {
  const code = String(tags['otel.status_code'] ?? '').toUpperCase();
  if (code === 'ERROR' || tags['error'] === true || tags['error'] === 'true') return 'error';
  if (code === 'OK') return 'ok';
  return tags['error'] === undefined && code === '' ? undefined : 'unset';
}

function exceptionOf(logs: z.infer<typeof spanSchema>['logs']): Attributes {
  for (const { fields } of logs ?? []) {
    const attributes = toAttributes(fields);
    if (attributes['event'] !== 'exception') continue;
    const wanted = ['exception.type', 'exception.message'];
    return Object.fromEntries(Object.entries(attributes).filter(([key]) => wanted.includes(key)));
  }
  return {};
}

/** Numbers and booleans come as such, or as text with their type beside them. Integers too large for a number stay text. */
function toAttributes(tags: Tags): Attributes {
  return Object.fromEntries(
    (tags ?? []).map(({ key, type, value }) => [key, toValue(type ?? 'string', value)]),
  );
}

function toValue(type: string, value: AttributeValue): AttributeValue {
  if (typeof value !== 'string') return value;
  if (type === 'bool') return value === 'true';
  if (type !== 'int64' && type !== 'float64') return value;
  const number = Number(value);
  const exact = type === 'float64' ? Number.isFinite(number) : Number.isSafeInteger(number);
  return exact && value.trim() !== '' ? number : value;
}
