import type {
  ConfigurationChange,
  DeploySignal,
  IncidentSignal,
  LogSignal,
  MetricSignal,
  SignalByKind,
  SignalKind,
  Span,
  TraceSignal,
} from '../connector/v1/signal.js';
import type { Scrub } from './scrub.js';

/**
 * Takes secrets out of every text of a signal. Times, counts and ids stay, and names that look like names, since evidence
 * joins on them; operations, summaries, actors and changed values are free text.
 */
export const redactSignal: {
  readonly [K in SignalKind]: (signal: SignalByKind[K], scrub: Scrub) => SignalByKind[K];
} = {
  logs: redactLog,
  metrics: redactMetric,
  traces: redactTrace,
  deploys: redactDeploy,
  incidents: redactIncident,
};

function redactLog(signal: LogSignal, scrub: Scrub): LogSignal {
  return {
    ...withLink(signal, scrub),
    ...names(signal, scrub, 'service', 'traceId', 'spanId'),
    body: scrub.text(signal.body),
    attributes: scrub.attributes(signal.attributes),
  };
}

function redactMetric(signal: MetricSignal, scrub: Scrub): MetricSignal {
  return {
    ...withLink(signal, scrub),
    ...names(signal, scrub, 'service', 'name'),
    unit: scrub.text(signal.unit),
    attributes: scrub.attributes(signal.attributes),
  };
}

function redactTrace(signal: TraceSignal, scrub: Scrub): TraceSignal {
  return {
    ...withLink(signal, scrub),
    ...names(signal, scrub, 'traceId'),
    spans: signal.spans.map((span) => redactSpan(span, scrub)),
  };
}

function redactSpan(span: Span, scrub: Scrub): Span {
  return {
    ...span,
    ...names(span, scrub, 'service', 'spanId', 'parentSpanId'),
    operation: scrub.text(span.operation),
    attributes: scrub.attributes(span.attributes),
  };
}

function redactDeploy(signal: DeploySignal, scrub: Scrub): DeploySignal {
  const { changeRequestUrl, rollback, ...rest } = signal;
  const url = changeRequestUrl === undefined ? undefined : scrub.link(changeRequestUrl);
  return {
    ...withLink(rest, scrub),
    ...names(
      rest,
      scrub,
      'service',
      'namespace',
      'revision',
      'previousRevision',
      'version',
      'previousVersion',
    ),
    ...names(rest, scrub, 'repository', 'sourceRevision'),
    ...texts(rest, scrub, 'summary', 'actor', 'changeRequest'),
    changes: signal.changes.map((change) => redactChange(change, scrub)),
    ...(url === undefined ? {} : { changeRequestUrl: url }),
    ...(rollback !== undefined && isClean(rollback, scrub) ? { rollback } : {}),
  };
}

function redactChange({ path, before, after }: ConfigurationChange, scrub: Scrub): ConfigurationChange {
  const redactedPath = scrub.text(path);
  return {
    path: redactedPath,
    before: before === null ? null : scrub.value(redactedPath, before),
    after: after === null ? null : scrub.value(redactedPath, after),
  };
}

function redactIncident(signal: IncidentSignal, scrub: Scrub): IncidentSignal {
  return {
    ...withLink(signal, scrub),
    ...names(signal, scrub, 'service', 'namespace', 'reason', 'object'),
    ...texts(signal, scrub, 'title', 'severity'),
  };
}

/** A command is built from it: with one of its texts redacted it would undo something else. */
function isClean(rollback: NonNullable<DeploySignal['rollback']>, scrub: Scrub): boolean {
  return Object.values(rollback).every((value) => typeof value !== 'string' || scrub.name(value) === value);
}

function withLink<S extends { readonly url?: string | undefined }>(signal: S, scrub: Scrub): S {
  if (signal.url === undefined) return signal;
  const { url, ...rest } = signal;
  const link = scrub.link(url);
  return (link === undefined ? rest : signal) as S;
}

function names<S extends object, K extends keyof S>(
  signal: S,
  scrub: Scrub,
  ...keys: readonly K[]
): Pick<S, K> {
  return mapStrings(signal, keys, (value) => scrub.name(value));
}

function texts<S extends object, K extends keyof S>(
  signal: S,
  scrub: Scrub,
  ...keys: readonly K[]
): Pick<S, K> {
  return mapStrings(signal, keys, (value) => scrub.text(value));
}

function mapStrings<S extends object, K extends keyof S>(
  signal: S,
  keys: readonly K[],
  map: (value: string) => string,
): Pick<S, K> {
  const mapped: Partial<Record<K, unknown>> = {};
  for (const key of keys) {
    const value = signal[key];
    if (typeof value === 'string') mapped[key] = map(value);
  }
  return mapped as Pick<S, K>;
}
