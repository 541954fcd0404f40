import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { Environment } from '../environment.js';
import { createIdGenerator } from './incident-ids.js';
import { traceWork } from './trace-work.js';
import { noTracing, type Tracing } from './tracing.js';

export interface TracingOptions {
  /** The SDK reads the rest of it by itself: headers, timeout, certificates, resource attributes. */
  readonly environment: Environment;
  readonly version: string;
  readonly log: Logger;
}

const CLOSE_MS = 2_000;

/**
 * By OpenTelemetry's standard variables: off without an endpoint. It sends OTLP over HTTP as JSON. The SDK is loaded only when
 * it is wanted.
 */
export async function openTracing({ environment, log, version }: TracingOptions): Promise<Tracing> {
  if (!isWanted(environment)) return noTracing;
  const [sdk, { OTLPTraceExporter }, { detectResources, envDetector, resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const own = resourceFromAttributes({ 'service.name': 'midwatch', 'service.version': version });
  const { generator, withIds } = createIdGenerator(new sdk.RandomIdGenerator());
  const provider = new sdk.TracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    idGenerator: generator,
    sampler: new sdk.AlwaysOnSampler(),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: loggingFailures(new OTLPTraceExporter(), log) })],
  });
  return traceWork({
    tracer: provider.getTracer('midwatch', version),
    withIds,
    close: () => endWithin(provider.shutdown()),
  });
}

/** A collector that is down is a line in the log, and costs no incident anything: the queue before it is bounded. */
function loggingFailures(exporter: SpanExporter, log: Logger): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined)
          log.warn({ err: result.error, spans: spans.length }, 'traces were not taken');
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function isWanted(environment: Environment): boolean {
  const read = (name: string) => environment[name]?.trim().toLowerCase() ?? '';
  if (read('OTEL_SDK_DISABLED') === 'true' || read('OTEL_TRACES_EXPORTER') === 'none') return false;
  return read('OTEL_EXPORTER_OTLP_ENDPOINT') !== '' || read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') !== '';
}

async function endWithin(ending: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MS);
  });
  await Promise.race([ending.catch(() => undefined), late]);
  clearTimeout(timer);
}
