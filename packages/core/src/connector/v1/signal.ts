import * as z from 'zod';

/**
 * The five kinds of signal a connector can deliver. A signal's `kind` is the kind of the query that brings it.
 */
export const signalKinds = ['logs', 'metrics', 'traces', 'deploys', 'incidents'] as const;
export type SignalKind = (typeof signalKinds)[number];

/** Ascending severity; the names are OpenTelemetry's short severity texts in lower case. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What a metric series measures, independent of how a backend calls it. Ratios are 0 to 1, latencies are seconds. */
export const metricRoles = [
  'request.rate',
  'error.ratio',
  'latency.p50',
  'latency.p95',
  'latency.p99',
  'cpu.usage',
  'cpu.throttling',
  'memory.usage',
  'restarts',
  'connections.used',
  'connections.max',
  'connections.waiting',
  'queue.depth',
  'disk.usage',
  'saturation.other',
] as const;
export type MetricRole = (typeof metricRoles)[number];

/** Roles whose number is a share of a whole, from 0 to 1, where its unit is `1`: told in per cent. */
export const shareRoles: ReadonlySet<MetricRole> = new Set([
  'error.ratio',
  'cpu.usage',
  'cpu.throttling',
  'memory.usage',
  'disk.usage',
  'saturation.other',
]);

/** A flat attribute value; nested structures are flattened or given as JSON text by the connector. */
export const attributeValueSchema = z.union([z.string(), z.number(), z.boolean()]);
export type AttributeValue = z.infer<typeof attributeValueSchema>;

const attributesSchema = z.record(z.string(), attributeValueSchema);

const signalBase = {
  /** Deterministic: the same evidence has the same id tomorrow. */
  id: z.string().min(1),
  timestampMs: z.number(),
  /** The full-precision time; milliseconds lose the order of log lines and self times. */
  timeUnixNano: z.string().regex(/^\d{1,20}$/),
  connectorId: z.string().min(1),
  /** The `Provenance.queryId` of the vendor query that brought it. */
  queryId: z.string().min(1),
  /** A page of the vendor that shows this very signal. */
  url: z.url().optional(),
};

/** One log record. A multi-line record (a stack trace) is one body where the backend keeps it as one. */
export const logSignalSchema = z.object({
  kind: z.literal('logs'),
  ...signalBase,
  body: z.string(),
  level: z.enum(logLevels).optional(),
  /** OpenTelemetry severity number, 1 to 24. */
  severityNumber: z.number().int().min(0).max(24).optional(),
  service: z.string().optional(),
  attributes: attributesSchema,
  /** 32 lower-case hex digits. */
  traceId: z.string().optional(),
  /** 16 lower-case hex digits. */
  spanId: z.string().optional(),
});
export type LogSignal = Readonly<z.infer<typeof logSignalSchema>>;

/** One point of a series: epoch milliseconds and a finite value. */
export const metricPointSchema = z.tuple([z.number(), z.number()]);
export type MetricPoint = Readonly<z.infer<typeof metricPointSchema>>;

/** One whole series. `timestampMs` is the time of its first point. Points ascend; a missing sample is an absent point. */
export const metricSignalSchema = z.object({
  kind: z.literal('metrics'),
  ...signalBase,
  name: z.string().min(1),
  role: z.enum(metricRoles).optional(),
  service: z.string().optional(),
  /** UCUM as in OpenTelemetry: `s`, `By`, `1` for ratios and counts, `{request}/s`. Empty when unknown. */
  unit: z.string(),
  /** `counter`: points are the cumulative value; a rate is a `gauge`. */
  type: z.enum(['gauge', 'counter', 'quantile']),
  attributes: attributesSchema,
  points: z.array(metricPointSchema),
});
export type MetricSignal = Readonly<z.infer<typeof metricSignalSchema>>;

const spanKinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

export const spanSchema = z.object({
  spanId: z.string().min(1),
  parentSpanId: z.string().optional(),
  service: z.string(),
  operation: z.string(),
  kind: z.enum(spanKinds).optional(),
  /** Epoch nanoseconds as text: they do not fit a number. */
  startNs: z.string().regex(/^\d{1,20}$/),
  durationNs: z.number().nonnegative(),
  status: z.enum(['unset', 'ok', 'error']).optional(),
  attributes: attributesSchema,
});
export type Span = Readonly<z.infer<typeof spanSchema>>;

/** One whole trace. `timestampMs` is the start of its first span. */
export const traceSignalSchema = z.object({
  kind: z.literal('traces'),
  ...signalBase,
  traceId: z.string().min(1),
  /** False when the source said, or the parents show, that spans are missing. */
  complete: z.boolean(),
  spans: z.array(spanSchema).min(1),
});
export type TraceSignal = Readonly<z.infer<typeof traceSignalSchema>>;

export const configurationChangeSchema = z.object({
  /** Where the value stands: `Deployment/api env POOL_SIZE`, `config/app.yaml: pool.max`. */
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type ConfigurationChange = Readonly<z.infer<typeof configurationChangeSchema>>;

/** One deploy, rollback, scale, flag or configuration change of one service. `timestampMs` is when it took effect. */
export const deploySignalSchema = z.object({
  kind: z.literal('deploys'),
  ...signalBase,
  service: z.string(),
  namespace: z.string().optional(),
  /** What the deploy system counts in: a commit of the configuration repository, a chart version, a history id. */
  revision: z.string(),
  previousRevision: z.string().optional(),
  /** What people count in: `v2.4.1`, an image tag. */
  version: z.string().optional(),
  previousVersion: z.string().optional(),
  /** `owner/name` of the source repository. */
  repository: z.string().optional(),
  /** The commit of the source repository, where that differs from `revision`. */
  sourceRevision: z.string().optional(),
  summary: z.string().optional(),
  changes: z.array(configurationChangeSchema),
  actor: z.string().optional(),
  /** A pull or merge request as people write it: `#12`. */
  changeRequest: z.string().optional(),
  changeRequestUrl: z.url().optional(),
  phase: z.enum(['running', 'succeeded', 'failed', 'unknown']),
  /** What undoes it, in the deploy system's own terms; observed, never derived from text. */
  rollback: z
    .object({
      system: z.enum(['argocd', 'kubernetes', 'flux', 'other']),
      object: z.string(),
      namespace: z.string().optional(),
      toRevision: z.string(),
      toVersion: z.string().optional(),
      /** The deploy system would undo a manual rollback by itself (Argo CD self-heal, Flux). */
      selfHeals: z.boolean().optional(),
    })
    .optional(),
});
export type DeploySignal = Readonly<z.infer<typeof deploySignalSchema>>;

/** A state that a backend itself calls a problem: a firing rule, a crash loop, an out-of-memory kill, a node condition. */
export const incidentSignalSchema = z.object({
  kind: z.literal('incidents'),
  ...signalBase,
  title: z.string(),
  /** The backend's own word: `OOMKilled`, `CrashLoopBackOff`, the name of a rule. */
  reason: z.string(),
  severity: z.string().optional(),
  service: z.string().optional(),
  namespace: z.string().optional(),
  /** The object it speaks of: `pod/api-7d9f`, `node/worker-3`. */
  object: z.string().optional(),
  state: z.enum(['firing', 'pending', 'resolved', 'unknown']),
  endMs: z.number().optional(),
});
export type IncidentSignal = Readonly<z.infer<typeof incidentSignalSchema>>;

export interface SignalByKind {
  logs: LogSignal;
  metrics: MetricSignal;
  traces: TraceSignal;
  deploys: DeploySignal;
  incidents: IncidentSignal;
}
export type Signal = SignalByKind[SignalKind];

/** The schema of each kind: core checks every signal of a connector against it. */
export const signalSchemas = {
  logs: logSignalSchema,
  metrics: metricSignalSchema,
  traces: traceSignalSchema,
  deploys: deploySignalSchema,
  incidents: incidentSignalSchema,
} as const satisfies { [K in SignalKind]: z.ZodType };
